import type { SiteSettings } from '@sgraph-backbone/layer/settings';
import encodeQR from 'qr';

/** What an invitation leads to; null: nothing says where the site is. */
export function tokenLink({ site_url, hosts }: Pick<SiteSettings, 'site_url' | 'hosts'>, name: string) {
  const base = site_url ?? (hosts[0] === undefined ? undefined : `https://${hosts[0]}/`);
  if (base === undefined) return null;
  const link = new URL(base);
  link.searchParams.set('token', name);
  return link.href;
}

/** A text as a QR code: an SVG document, on white whatever is behind it. */
export function qrSvg(text: string): string {
  const svg = encodeQR(text, 'svg', { ecc: 'medium', border: 4 });
  return svg.replace(/^<svg[^>]*>/, '$&<rect width="100%" height="100%" fill="#fff"/>');
}
