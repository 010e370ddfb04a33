import { describe, expect, test } from '@jest/globals';
import { callFailure, collectionFailed } from '../../../lambdas/collect-costs/collection-failed.ts';
import { costExplorer } from '../../../lambdas/collect-costs/cost-explorer.ts';

const QUESTION = {
  TimePeriod: { Start: '2026-02-15', End: '2026-02-16' },
  Granularity: 'DAILY' as const,
  Metrics: ['UnblendedCost'],
};

async function failureOf(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    () => undefined,
    (error: unknown) => error,
  );
}

const answered = (name: string, httpStatusCode: number) =>
  Object.assign(new Error('said AWS'), { name, $metadata: { httpStatusCode } });

describe('A failed call of Cost Explorer', () => {
  test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])(
    'that reached nobody (%s) is free, and may go well later',
    (code) => {
      const error = Object.assign(new Error('connect'), { code, $metadata: { attempts: 1 } });
      expect(callFailure(error)).toEqual({ code, isRefused: true, isPassing: true });
      expect(collectionFailed(error).message).toMatch(/could not be reached/);
    },
  );

  test('without credentials is not made at all, and not tried again', async () => {
    const credentials = async () => {
      throw Object.assign(new Error('no profile'), { name: 'CredentialsProviderError' });
    };
    const error = await failureOf(costExplorer({ endpoint: 'http://127.0.0.1:9', credentials })(QUESTION));
    expect(callFailure(error)).toMatchObject({ isRefused: true, isPassing: false });
    expect(collectionFailed(error)).toMatchObject({ code: 'CredentialsProviderError' });
    expect(collectionFailed(error).message).toMatch(/AWS_PROFILE/);
  });

  test.each([
    ['LimitExceededException', 400, true],
    ['ThrottlingException', 400, true],
    ['InternalServerError', 500, true],
    ['ValidationException', 400, false],
    ['AccessDeniedException', 400, false],
    ['DataUnavailableException', 400, false],
  ])('that AWS answers with %s is free; worth another try: %s %s', (name, status, isPassing) => {
    expect(callFailure(answered(name, status))).toEqual({ code: name, isRefused: true, isPassing });
  });

  test('whose answer was lost may have been billed', () => {
    const lost = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    expect(callFailure(lost)).toEqual({ code: 'ECONNRESET', isRefused: false, isPassing: true });
  });

  test.each([
    ['ExpiredTokenException', /expired/],
    ['AccessDeniedException', /ce:GetCostAndUsage/],
    ['BillExpirationException', /later first day/],
    ['LimitExceededException', /too often/],
    ['ValidationException', /^said AWS$/],
  ])('with %s says what to do', (name, advice) =>
    expect(collectionFailed(answered(name, 400)).message).toMatch(advice),
  );
});
