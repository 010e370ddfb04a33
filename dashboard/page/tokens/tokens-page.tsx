import { NEW_TOKEN, useView } from '../view.ts';
import { NewToken } from './new-token.tsx';
import { TokenDetail } from './token-detail.tsx';
import { TokenListing } from './token-listing.tsx';

interface Props {
  readonly timezone: string;
  /** The tokens of the demo can be looked at and not changed. */
  readonly isDemo: boolean;
}

/** Who was invited, how much of their allowance is used, and who abuses it. */
export function TokensPage({ timezone, isDemo }: Props) {
  const { token } = useView().view;
  if (token === undefined) return <TokenListing timezone={timezone} />;
  if (token === NEW_TOKEN) return <NewToken timezone={timezone} isDemo={isDemo} />;
  return <TokenDetail key={token} name={token} timezone={timezone} isDemo={isDemo} />;
}
