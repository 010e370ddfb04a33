import { describe, expect, test } from '@jest/globals';
import { BadEvent, createNormaliser, eventSchema } from '@sgraph-backbone/layer/events';
import { DEFAULT_SETTINGS } from '@sgraph-backbone/layer/settings';
import { FULL, NOW } from './events.ts';

interface Member {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly maximum?: number;
  readonly description: string;
}

const { properties, ...schema } = eventSchema();
const known = properties as Record<string, Member>;
const members = Object.entries(known);
const EVENT = { event_type: 'api_call', timestamp: NOW };

async function codeOf(posted: object): Promise<string> {
  const context = {
    settings: DEFAULT_SETTINGS,
    now: () => NOW,
    newId: () => 'fresh',
    dayKey: async (day: string) => ({ id: day, key: Buffer.from(day) }),
    dayOf: () => '2026-02-16',
  };
  const error = await createNormaliser(context)
    .normalise({ ...EVENT, ...posted })
    .then(() => 'taken')
    .catch((reason: unknown) => reason);
  return error instanceof BadEvent ? error.code : String(error);
}

describe('the schema of an event', () => {
  test('says what is required, and that there is nothing else', () => {
    expect(schema).toEqual({
      type: 'object',
      required: ['event_type'],
      dependentRequired: { event_id: ['timestamp'] },
      additionalProperties: false,
    });
    expect(properties.event_id).toEqual({
      type: ['string', 'null'],
      minLength: 1,
      maxLength: 64,
      pattern: '^[A-Za-z0-9._:-]+$',
      description: expect.stringContaining('idempotency'),
    });
    expect(properties.status_code).toMatchObject({ type: ['integer', 'null'], minimum: 0, maximum: 599 });
    expect(properties.source).toMatchObject({ enum: ['lambda', 'application', null] });
  });

  test.each(members)('says of %s what is checked', async (name, member) => {
    expect(member.description).toMatch(/\w/);
    const wrong = String(member.type).startsWith('string') ? 7 : '7';
    expect(await codeOf({ [name]: wrong })).toBe('wrong_type');
    if (name !== 'event_type') expect(await codeOf({ [name]: null })).toBe('taken');
    if (member.maxLength !== undefined)
      expect(await codeOf({ [name]: 'a'.repeat(member.maxLength + 1) })).toBe('too_long');
    if (member.minLength !== undefined)
      expect(await codeOf({ [name]: 'a'.repeat(member.minLength - 1) })).toBe('bad_form');
    if (member.maximum !== undefined)
      expect(await codeOf({ [name]: member.maximum + 1 })).toBe('out_of_range');
    if (member.enum !== undefined) expect(await codeOf({ [name]: 'x' })).toBe('bad_form');
    if (member.pattern !== undefined) expect(await codeOf({ [name]: 'é'.repeat(2) })).toBe('bad_form');
  });

  test('has the patterns of values that are kept as they are', () => {
    for (const name of ['event_id', 'event_type', 'app', 'method', 'country', 'token'] as const)
      expect(FULL[name]).toMatch(new RegExp(known[name]!.pattern as string));
  });
});
