/**
 * A typed value as the text that it is in other formats. CloudFront writes texts alone; what was made
 * of its logs has numbers and instants too, lists (`cs-headers` of transforms) and the like are absent.
 */
export function textOfValue(value: unknown, name = ''): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return name.toLowerCase() === 'date' ? dayOf(value) : String(value.getTime());
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return '';
  const text = String(value);
  return text.includes('e') ? value.toFixed(9) : text;
}

function dayOf(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}
