import { useState } from 'preact/hooks';
import { ViewLink } from '../view-link.tsx';
import type { WholeToken } from './token.ts';

/** What to send to whoever is invited: the link, ready to be copied, and as a QR code. */
export function TokenLink({ token: { token_name, link, qr_svg } }: { token: WholeToken }) {
  return (
    <section class="card token-link" aria-label="Link">
      <header>
        <h2>Link</h2>
        {link !== null && <CopyButton text={link} />}
      </header>
      {link === null ? (
        <p>
          There is no link yet: nothing says where the site is. Set its address with{' '}
          <code>backbone settings set site_url https://…</code>, and the link and its QR code are here.
        </p>
      ) : (
        <p>
          <a href={link} rel="noreferrer" target="_blank" data-link="">
            {link}
          </a>
        </p>
      )}
      <p>
        <ViewLink
          to={{ page: 'traffic', period: 'weekly', key: undefined, filters: [`token:${token_name}`] }}
        >
          Traffic of this week that came with it
        </ViewLink>
      </p>
      {link !== null && qr_svg !== null && (
        <img
          class="qr"
          src={`data:image/svg+xml,${encodeURIComponent(qr_svg)}`}
          alt={`QR code of ${link}`}
          width="176"
          height="176"
        />
      )}
    </section>
  );
}

function CopyButton({ text }: { text: string }) {
  const [told, setTold] = useState('Copy link');
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setTold('Copied'),
      () => setTold('Not copied'),
    );
    setTimeout(() => setTold('Copy link'), 2000);
  };
  return (
    <button type="button" class="button" onClick={copy}>
      <span aria-live="polite">{told}</span>
    </button>
  );
}
