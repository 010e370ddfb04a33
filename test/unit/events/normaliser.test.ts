import { describe, expect, test } from '@jest/globals';
import {
  BadEvent,
  createNormaliser,
  type InternalEvent,
  type NormaliserContext,
  type PostedEvent,
} from '@sgraph-backbone/layer/events';
import { DEFAULT_SETTINGS } from '@sgraph-backbone/layer/settings';
import fc from 'fast-check';
import { file33, read } from '../logs/read.ts';
import { NOW } from './events.ts';

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

function normaliser(context: Partial<NormaliserContext> = {}) {
  return createNormaliser({
    settings: DEFAULT_SETTINGS,
    now: () => NOW,
    newId: () => 'fresh-id',
    dayKey: async (day) => ({ id: `key-${day}`, key: Buffer.from(day) }),
    dayOf: (ms) => new Date(ms).toISOString().slice(0, 10),
    ...context,
  });
}

const normalise = (posted: unknown, context?: Partial<NormaliserContext>) =>
  normaliser(context).normalise(posted);

/** What is wrong with a posted event. */
async function refusalOf(posted: unknown): Promise<string> {
  const error = await normalise(posted).then(
    () => 'taken',
    (reason: unknown) => reason,
  );
  return error instanceof BadEvent ? `${error.field} ${error.code}` : String(error);
}

const EVENT = { event_type: 'api_call' };

describe('an event that is posted', () => {
  test('becomes private: every member is kept in its normal form, or as a hash', async () => {
    const event = await normalise({
      event_id: 'e-1',
      event_type: 'api_call',
      timestamp: NOW - 1_000.5,
      app: 'send',
      source: 'lambda',
      method: 'get',
      path: '/files/a%20b?utm_source=x&secret=y#key',
      status_code: 200,
      duration_ms: 12.6,
      content_bytes: 5,
      ip: ' 2001:DB8::1 ',
      user_agent: CHROME,
      referrer: 'https://user@www.example.org/path?q=1',
      country: 'pt',
      transfer_id: 'abc123',
      token: 'community-x',
    });
    expect(event).toEqual({
      event_id: 'e-1',
      event_type: 'api_call',
      timestamp: NOW - 1_001,
      app: 'send',
      source: 'lambda',
      method: 'GET',
      path: '/files/a b',
      query: { utm_source: 'x' },
      status: 200,
      duration_ms: 13,
      content_bytes: 5,
      country: 'PT',
      referrer_domain: 'www.example.org',
      client: {
        browser: 'Chrome',
        browser_version: '131',
        operating_system: 'Windows',
        device: 'desktop',
        agent: '',
      },
      class: 'human',
      visitor: { key_id: 'key-2026-02-16', hash: expect.stringMatching(/^[0-9a-f]{16}$/) },
      transfer: { key_id: 'key-2026-02-16', hash: expect.stringMatching(/^[0-9a-f]{16}$/) },
      token: 'community-x',
    });
  });

  test('with a type alone gets an id and the time, and nothing that it did not say', async () => {
    expect(await normalise(EVENT)).toEqual({
      event_id: 'fresh-id',
      event_type: 'api_call',
      timestamp: NOW,
      app: 'main',
      source: 'application',
      class: 'human',
    });
  });

  test('is the same private event when it comes again', async () => {
    const posted = { ...EVENT, event_id: 'x', timestamp: NOW, ip: '192.0.2.7', transfer_id: 't', path: '/a' };
    expect(await normalise(posted)).toEqual(await normalise(posted));
  });

  test('may say null where it has nothing to say', async () => {
    expect(await normalise({ ...EVENT, ip: null, status_code: null })).toEqual(await normalise(EVENT));
  });
});

describe('a visitor', () => {
  test('has the same hash as in a log of the same day', async () => {
    for (const ip of ['192.0.2.7', '2001:db8::1']) {
      const { rows } = await read(file33({ 'c-ip': ip }));
      const { visitor } = await normalise({ ...EVENT, ip });
      const [high, low] = [visitor!.hash.slice(0, 8), visitor!.hash.slice(8)].map((half) =>
        Number.parseInt(half, 16),
      );
      expect(rows[0]!.visitor).toBe(`${visitor!.key_id}:${high}:${low}`);
    }
  });

  test('is the same under every spelling of the address', async () => {
    const hashes = await Promise.all(
      ['2001:db8::1', '2001:0DB8:0:0:0:0:0:1', '192.0.2.7', '::ffff:192.0.2.7'].map(
        async (ip) => (await normalise({ ...EVENT, ip })).visitor!.hash,
      ),
    );
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[2]).toBe(hashes[3]);
    expect(hashes[0]).not.toBe(hashes[2]);
  });

  test('given as a hash is hashed again, under the key of the day', async () => {
    const today = (await normalise({ ...EVENT, ip_hash: 'a1b2c3d4e5f6' })).visitor!;
    const yesterday = await normalise({
      ...EVENT,
      event_id: 'x',
      timestamp: NOW - 86_000_000,
      ip_hash: 'a1b2c3d4e5f6',
    });
    expect(today.hash).not.toContain('a1b2');
    expect(yesterday.visitor!.hash).not.toBe(today.hash);
    expect(yesterday.visitor!.key_id).not.toBe(today.key_id);
  });

  test('is not hashed at all where visitors are off; transfers are', async () => {
    const settings = { ...DEFAULT_SETTINGS, visitors: 'off' as const };
    const event = await normalise({ ...EVENT, ip: '192.0.2.7', transfer_id: 't' }, { settings });
    expect(event.visitor).toBeUndefined();
    expect(event.transfer).toBeDefined();
  });

  test('has the country that the event says, else that of the address', async () => {
    const country = (address: string) => (address === '192.0.2.7' ? 'BR' : undefined);
    const countryOf = async (posted: object) =>
      (await normalise({ ...EVENT, ...posted }, { country })).country;
    expect(await countryOf({ ip: '192.0.2.7', country: 'PT' })).toBe('PT');
    expect(await countryOf({ ip: '192.0.2.7' })).toBe('BR');
    expect(await countryOf({ ip: '192.0.2.8' })).toBeUndefined();
    expect(await countryOf({ ip: '192.0.2.8', country: 'xk' })).toBe('XK');
  });

  test('has no country where the code says that it is not known, as in logs', async () => {
    for (const country of ['XX', 'ZZ', 'AA', 'qm', 'QZ', 'XA']) {
      expect((await normalise({ ...EVENT, country })).country).toBeUndefined();
      const { rows } = await read(file33({ 'c-ip': '192.0.2.7' }), { country: () => country });
      expect(rows[0]!.c_country).toBe('');
    }
  });
});

describe('the class of an event', () => {
  const classOf = async (posted: object) => {
    const event = await normalise({ ...EVENT, ...posted });
    return `${event.class} ${event.rule ?? ''}`.trim();
  };

  test('is decided as in logs: monitor, probe, bot, human', async () => {
    expect(await classOf({ user_agent: 'UptimeRobot/2.0', path: '/wp-login.php' })).toBe(
      'monitor monitor: UptimeRobot',
    );
    expect(await classOf({ user_agent: 'GPTBot/1.0', path: '/wp-login.php' })).toBe('probe probe: WordPress');
    expect(await classOf({ user_agent: 'GPTBot/1.0', path: '/' })).toBe('bot crawler gptbot');
    expect(await classOf({ user_agent: '' })).toBe('bot empty agent');
    expect(await classOf({ user_agent: CHROME })).toBe('human');
    expect(await classOf({})).toBe('human');
  });

  test('agrees with the parser of logs on paths, classes and rules', async () => {
    const paths = ['/', '/.env', '/a/0123456789abcdef01/b', '/x%2F192.0.2.9', '/transfers/download/s3cr3t'];
    const agents = [CHROME, 'curl/8.0', '', 'UptimeRobot/2.0'];
    for (const path of paths)
      for (const agent of agents) {
        const { rows } = await read(
          file33({ 'cs-uri-stem': path, 'cs(User-Agent)': agent === '' ? '-' : encodeURI(agent) }),
        );
        const event = await normalise({ ...EVENT, path, user_agent: agent });
        const { cs_uri_stem, client, class: own, rule } = rows[0]!;
        expect([event.path, event.client, event.class, event.rule ?? '']).toEqual([
          cs_uri_stem,
          client,
          own,
          rule,
        ]);
      }
  });
});

describe('events that the settings leave out', () => {
  test('are marked, and nothing more is kept of them', async () => {
    const excludeAddress = (address: string) => address === '192.0.2.7';
    const event = await normalise(
      { ...EVENT, ip: '192.0.2.7', path: '/a', token: 'abc' },
      { excludeAddress },
    );
    expect(event).toEqual({
      event_id: 'fresh-id',
      event_type: 'api_call',
      timestamp: NOW,
      app: 'main',
      source: 'application',
      class: 'human',
      excluded: true,
    });
  });

  test('by path or agent too', async () => {
    const settings = { ...DEFAULT_SETTINGS, exclude: [{ path: '/own/*' }, { agent: 'my-cron' }] };
    const excluded = async (posted: object) =>
      (await normalise({ ...EVENT, ...posted }, { settings })).excluded === true;
    expect(await excluded({ path: '/own/page' })).toBe(true);
    expect(await excluded({ user_agent: 'my-cron/1' })).toBe(true);
    expect(await excluded({ path: '/page', user_agent: CHROME })).toBe(false);
  });
});

describe('an event that cannot be taken is refused by the name of its member', () => {
  const NAN = Number.NaN;
  const cases: readonly (readonly [unknown, string])[] = [
    [null, ' not_an_event'],
    [[EVENT], ' not_an_event'],
    ['text', ' not_an_event'],
    [{}, 'event_type missing'],
    [{ event_type: 'Page View' }, 'event_type bad_form'],
    [{ event_type: 'раge_view' }, 'event_type bad_form'],
    [{ event_type: 'a'.repeat(49) }, 'event_type too_long'],
    [{ event_type: 7 }, 'event_type wrong_type'],
    [{ event_type: 'token_use' }, 'event_type reserved'],
    [{ event_type: 'token_rejected' }, 'event_type reserved'],
    [{ event_type: 'transfer_created' }, 'event_type reserved'],
    [{ ...EVENT, colour: 'red' }, 'colour unknown_member'],
    [JSON.parse('{"event_type":"api_call","__proto__":1}'), '__proto__ unknown_member'],
    [{ ...EVENT, '192.0.2.7': 1 }, '(a member with an unusual name) unknown_member'],
    [{ ...EVENT, event_id: 'e' }, 'timestamp missing'],
    [{ ...EVENT, event_id: '', timestamp: NOW }, 'event_id bad_form'],
    [{ ...EVENT, event_id: '../x', timestamp: NOW }, 'event_id bad_form'],
    [{ ...EVENT, event_id: 'x'.repeat(65), timestamp: NOW }, 'event_id too_long'],
    [{ ...EVENT, event_id: '192.0.2.7', timestamp: NOW }, 'event_id personal'],
    [{ ...EVENT, event_id: '192-0-2-7', timestamp: NOW }, 'event_id personal'],
    [{ ...EVENT, event_id: 'got:Tf2ndLeak', timestamp: NOW, transfer_id: 'Tf2ndLeak' }, 'event_id personal'],
    [{ ...EVENT, event_id: '2001:db8::1', timestamp: NOW }, 'event_id personal'],
    [{ ...EVENT, timestamp: NAN }, 'timestamp wrong_type'],
    [{ ...EVENT, timestamp: '2026-02-16' }, 'timestamp wrong_type'],
    [{ ...EVENT, timestamp: Math.floor(NOW / 1000) }, 'timestamp out_of_range'],
    [{ ...EVENT, timestamp: NOW * 1000 }, 'timestamp out_of_range'],
    [{ ...EVENT, timestamp: NOW + 300_001 }, 'timestamp in_future'],
    [{ ...EVENT, timestamp: NOW - 86_400_001 }, 'timestamp too_old'],
    [{ ...EVENT, timestamp: 0 }, 'timestamp too_old'],
    [{ ...EVENT, app: 'all' }, 'app reserved'],
    [{ ...EVENT, app: '..' }, 'app bad_form'],
    [{ ...EVENT, app: 'a/b' }, 'app bad_form'],
    [{ ...EVENT, app: '192.0.2.7' }, 'app personal'],
    [{ ...EVENT, source: 'browser' }, 'source bad_form'],
    [{ ...EVENT, method: 'G T' }, 'method bad_form'],
    [{ ...EVENT, path: 'https://x.example/' }, 'path bad_form'],
    [{ ...EVENT, path: `/${'a'.repeat(8_192)}` }, 'path too_long'],
    [{ ...EVENT, status_code: '200' }, 'status_code wrong_type'],
    [{ ...EVENT, status_code: 600 }, 'status_code out_of_range'],
    [{ ...EVENT, status_code: 200.5 }, 'status_code bad_form'],
    [{ ...EVENT, duration_ms: -1 }, 'duration_ms out_of_range'],
    [{ ...EVENT, duration_ms: Number.POSITIVE_INFINITY }, 'duration_ms wrong_type'],
    [{ ...EVENT, duration_ms: 86_400_001 }, 'duration_ms out_of_range'],
    [{ ...EVENT, content_bytes: 2 ** 41 }, 'content_bytes out_of_range'],
    [{ ...EVENT, content_bytes: 1.5 }, 'content_bytes bad_form'],
    [{ ...EVENT, ip: '192.0.2.7, 10.0.0.1' }, 'ip bad_form'],
    [{ ...EVENT, ip: '999.0.2.7' }, 'ip bad_form'],
    [{ ...EVENT, ip: '192.0.2.7', ip_hash: 'abcdefgh' }, 'ip_hash exclusive'],
    [{ ...EVENT, ip_hash: 'short' }, 'ip_hash bad_form'],
    [{ ...EVENT, ip_hash: '192.0.2.7' }, 'ip_hash personal'],
    [{ ...EVENT, user_agent: 'a'.repeat(8_193) }, 'user_agent too_long'],
    [{ ...EVENT, user_agent: {} }, 'user_agent wrong_type'],
    [{ ...EVENT, referrer: 5 }, 'referrer wrong_type'],
    [{ ...EVENT, country: 'PRT' }, 'country too_long'],
    [{ ...EVENT, country: 'ＰＴ' }, 'country bad_form'],
    [{ ...EVENT, transfer_id: '' }, 'transfer_id bad_form'],
    [{ ...EVENT, transfer_id: '../x' }, 'transfer_id bad_form'],
    [{ ...EVENT, token: 'Community' }, 'token bad_form'],
    [{ ...EVENT, token: 'a--b' }, 'token bad_form'],
    [{ ...EVENT, token: '10-0-0-1' }, 'token personal'],
  ];

  test.each(cases)('%j: %s', async (posted, refusal) => {
    expect(await refusalOf(posted)).toBe(refusal);
  });

  test('and points to the route that sends what is reserved', async () => {
    await expect(normalise({ event_type: 'token_use' })).rejects.toThrow('POST /api/tokens/{name}/use');
    await expect(normalise({ event_type: 'transfer_x' })).rejects.toThrow('POST /api/transfers/{id}/events');
  });

  test('and the message never repeats a value', async () => {
    const planted = 'SeCrEt-192.0.2.7';
    for (const name of MEMBERS) {
      const error = await normalise({ ...EVENT, [name]: planted }).catch((reason: Error) => reason);
      if (error instanceof Error) expect(error.message).not.toContain(planted);
    }
  });
});

describe('an event of a route of our own', () => {
  const event: InternalEvent = {
    event_id: 'u-1',
    event_type: 'token_use',
    timestamp: 5,
    token: 'community-x',
  };

  test('may be of any age and of a reserved type', async () => {
    expect(await normaliser().internal(event)).toEqual({
      ...event,
      app: 'main',
      source: 'application',
      class: 'human',
    });
  });

  test('is checked all the same', async () => {
    await expect(normaliser().internal({ ...event, ip: 'nowhere' })).rejects.toThrow(BadEvent);
  });
});

const MEMBERS: readonly (keyof PostedEvent)[] = [
  'event_id',
  'app',
  'path',
  'ip',
  'ip_hash',
  'user_agent',
  'referrer',
  'transfer_id',
  'token',
  'country',
  'method',
];

describe('the id of a transfer', () => {
  const id = 'Tf2ndLeakIdAA11';
  const kept = async (path: string, more: object = {}) => {
    const event = await normalise({ ...EVENT, path, transfer_id: id, ...more });
    return `${event.path} ${JSON.stringify(event.query ?? {})}`;
  };
  const hex = (text: string) => [...text].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('');

  test.each([
    [`/en/download/${id}`, '/en/download/{id} {}'],
    [`/en/download/a-${id}.zip/${id}`, '/en/download/a-{id}.zip/{id} {}'],
    [`/d/${hex(id)}/x%20y`, '/d/{id}/x y {}'],
    [`/d/${hex(hex(id))}`, '/d/{id} {}'],
    [`/d/Tf2nd%${'25'.repeat(40)}4ceakIdAA11`, '/d/{id} {}'],
    [`/d/${'a.'.repeat(507)}${id}`, `/d/${'a.'.repeat(507)}{id} {}`],
    [`/d?utm_source=${id}&token=${id}`, '/d {"token":"{id}","utm_source":"{id}"}'],
    [`/d?utm_source=x-${hex(hex(id))}`, '/d {"utm_source":"x-{id}"}'],
    [`/d?utm_source=${'a'.repeat(250)}${id}`, `/d {"utm_source":"${'a'.repeat(250)}{id}"}`],
    ['/d/other-Id', '/d/other-Id {}'],
  ])('is not in what is kept of %s', async (path, expected) => {
    expect(await kept(path)).toBe(expected);
  });

  test('leaves the name of the token alone, which is kept on purpose', async () => {
    const event = { token: 'community-x', transfer_id: 'community' };
    expect(await kept('/community?token=community-x', event)).toBe('/{id} {"token":"community-x"}');
  });

  test('is taken out of the path of an event of our routes as well', async () => {
    const event = { event_id: 'e', event_type: 'transfer_viewed', timestamp: NOW, transfer_id: id };
    expect((await normaliser().internal({ ...event, path: `/v/${id}` })).path).toBe('/v/{id}');
  });

  test('does not take a secret beside it out of reach of the path rules', async () => {
    expect(await kept(`/d/${id}Sec1ret`, {})).toBe('/d/{id} {}');
  });

  test('is nowhere in the private event, wherever the path or the query has it and however encoded', async () => {
    const transfer = fc.stringMatching(/^[A-Za-z0-9_-]{8,40}$/);
    const text = fc.stringMatching(/^[a-z0-9._~-]{0,12}$/);
    const encode = fc.constantFrom(
      (plain: string) => plain,
      hex,
      (plain: string) => hex(hex(plain)),
      (plain: string) => hex(plain).toUpperCase(),
      (plain: string) => plain.slice(0, 4) + hex(plain.slice(4)),
      (plain: string) => encodeURIComponent(encodeURIComponent(hex(plain))),
    );
    const form = fc.constantFrom(
      (secret: string, other: string) => `/${other}/${secret}`,
      (secret: string, other: string) => `/a/${other}${secret}.${other}/${secret}`,
      (secret: string, other: string) => `/a?utm_source=${other}${secret}&utm_campaign=${secret}`,
      (secret: string, other: string) => `/${other}?token=${secret}#${secret}`,
    );
    await fc.assert(
      fc.asyncProperty(transfer, text, encode, form, async (secret, other, encoded, made) => {
        const path = made(encoded(secret), other);
        const event = await normalise({ ...EVENT, path, transfer_id: secret });
        const texts = [event.path ?? '', ...Object.values(event.query ?? {})];
        for (const one of texts) expect(decodedDeeply(one)).not.toContain(secret);
      }),
      { numRuns: 500 },
    );
  });
});

function decodedDeeply(text: string): string {
  const next = text.replace(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
  return next === text ? text : decodedDeeply(next);
}

describe('privacy', () => {
  test('no planted secret survives in a private event, whatever member it came in', async () => {
    const octet = fc.nat({ max: 255 });
    const address = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.'));
    const mail = fc.stringMatching(/^[a-z]{3,8}@[a-z]{3,8}\.(com|org)$/);
    const id = fc.stringMatching(/^[0-9a-f]{16,24}$/);
    const form = fc.constantFrom(
      (secret: string) => ({ path: `/x/${secret}/y` }),
      (secret: string) => ({ path: `/x?email=${secret}&utm_source=${secret}#${secret}` }),
      (secret: string) => ({ path: `/${encodeURIComponent(encodeURIComponent(secret))}` }),
      (secret: string) => ({ user_agent: `Mozilla/5.0 (${secret})` }),
      (secret: string) => ({ user_agent: `${secret}/1.0` }),
      (secret: string) => ({ referrer: `https://${secret}/x?${secret}` }),
      (secret: string) => ({ referrer: `https://${secret}@host.example/${secret}` }),
      (secret: string) => ({ ip: secret }),
      (secret: string) => ({ ip_hash: secret }),
      (secret: string) => ({ event_id: secret, timestamp: NOW }),
      (secret: string) => ({ app: secret }),
      (secret: string) => ({ token: secret }),
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(address, mail), form, async (secret, plant) => {
        const text = await normalise({ ...EVENT, ...plant(secret) }).then(JSON.stringify, () => '');
        expect(text).not.toContain(secret);
        expect(text).not.toContain(encodeURIComponent(secret).replaceAll('%', '%25'));
      }),
      { numRuns: 500 },
    );
    await fc.assert(
      fc.asyncProperty(id, async (secret) => {
        const event = await normalise({
          ...EVENT,
          transfer_id: secret,
          ip_hash: secret,
          path: `/transfers/download/${secret}`,
        });
        expect(JSON.stringify(event)).not.toContain(secret);
      }),
      { numRuns: 100 },
    );
  });
});
