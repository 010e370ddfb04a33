import { addressMatcher, BadAddressRange } from '@sgraph-backbone/layer/logs';
import { readEnvironment, schema as z } from '@sgraph-backbone/layer/runtime';

/** Addresses whose requests are not counted. They belong to the process: a store never holds an address. */
export const OWN_ADDRESSES = {
  BACKBONE_EXCLUDE_ADDRESSES: z
    .string()
    .transform((text, context) => {
      try {
        return addressMatcher(text.split(/[\s,]+/).filter((entry) => entry !== ''));
      } catch (error) {
        if (!(error instanceof BadAddressRange)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
        return undefined as never;
      }
    })
    .optional()
    .meta({ description: 'addresses and CIDR ranges, separated by commas' }),
};

/** Whether an address is one of the owner's; undefined when none are named. Throws BadEnvironment. */
export function ownAddresses(
  environment: Readonly<Record<string, string | undefined>>,
): ((address: string) => boolean) | undefined {
  return readEnvironment(OWN_ADDRESSES, environment).BACKBONE_EXCLUDE_ADDRESSES;
}
