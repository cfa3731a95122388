import { describe, expect, test } from 'vitest';
import { describeConfig, readConfig } from './config.ts';

describe('readConfig()', () => {
  test('gives the documented defaults when nothing is said', () => {
    expect(readConfig([], {})).toMatchObject({
      role: '',
      host: '127.0.0.1',
      port: 8080,
      dataDir: './.quakewire',
      adminPort: 9090,
    });
  });

  test('reads a flag in both spellings and its variable, and the flag wins', () => {
    expect(readConfig(['--port', '1234'], {})).toMatchObject({ port: 1234 });
    expect(readConfig(['--port=1234'], { QUAKEWIRE_PORT: '99' })).toMatchObject({ port: 1234 });
    expect(readConfig([], { QUAKEWIRE_PORT: '99' })).toMatchObject({ port: 99 });
  });

  test('reads a list of proxies', () => {
    const read = (list: string) => readConfig(['--trusted-proxies', list], {});
    expect(read('127.0.0.1, 10.0.0.0/8,fd00::/8')).toMatchObject({
      trustedProxies: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'],
    });
  });

  test('a database URL that is refused is not repeated, for it holds a password', () => {
    const read = () => readConfig([], { QUAKEWIRE_POSTGRES_URL: 'postgre://quake:geheim@db/quake' });
    expect(read).toThrow(/QUAKEWIRE_POSTGRES_URL is wrong .* expected a URL beginning with postgres:/);
    expect(read).not.toThrow(/geheim/);
  });

  describe('a secret in a file', () => {
    const FILES: Readonly<Record<string, string>> = {
      '/run/secrets/url': 'postgres://quake:geheim@db/quake\n',
      '/run/secrets/wrong': 'postgre://quake:geheim@db/quake',
      '/run/secrets/empty': '\n',
    };
    const readFile = (path: string): string => {
      const text = FILES[path];
      if (text === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
      return text;
    };
    const read = (args: string[], environment: Record<string, string> = {}) =>
      readConfig(args, environment, readFile);

    test('is read without its last line break, by flag and by variable', () => {
      const wanted = { postgresUrl: 'postgres://quake:geheim@db/quake' };
      expect(read(['--postgres-url-file', '/run/secrets/url'])).toMatchObject(wanted);
      expect(read([], { QUAKEWIRE_POSTGRES_URL_FILE: '/run/secrets/url' })).toMatchObject(wanted);
      expect(read(['--kafka-password-file=/run/secrets/wrong'])).toMatchObject({
        kafkaPassword: FILES['/run/secrets/wrong'],
      });
    });

    test('wins as a flag over a variable, in either form', () => {
      const other = 'postgres://other@db/quake';
      expect(
        read(['--postgres-url-file', '/run/secrets/url'], { QUAKEWIRE_POSTGRES_URL: other }),
      ).toMatchObject({ postgresUrl: 'postgres://quake:geheim@db/quake' });
      expect(
        read(['--postgres-url', other], { QUAKEWIRE_POSTGRES_URL_FILE: '/run/secrets/url' }),
      ).toMatchObject({ postgresUrl: other });
    });

    test.each([
      [{ QUAKEWIRE_POSTGRES_URL_FILE: '/nowhere' }, /QUAKEWIRE_POSTGRES_URL_FILE: ENOENT.*\/nowhere/],
      [{ QUAKEWIRE_POSTGRES_URL_FILE: '/run/secrets/empty' }, /"\/run\/secrets\/empty" is empty/],
      [
        { QUAKEWIRE_POSTGRES_URL_FILE: '/run/secrets/url', QUAKEWIRE_POSTGRES_URL: 'postgres://x@db/x' },
        /QUAKEWIRE_POSTGRES_URL_FILE and QUAKEWIRE_POSTGRES_URL are both given/,
      ],
      [{ QUAKEWIRE_DATA_DIR_FILE: '/run/secrets/url' }, /there is no such setting/],
    ])('is refused with the reason: %j', (environment, message) => {
      expect(() => read([], environment)).toThrow(message);
    });

    test('is not repeated when it is refused', () => {
      const refused = () => read([], { QUAKEWIRE_POSTGRES_URL_FILE: '/run/secrets/wrong' });
      expect(refused).toThrow(/QUAKEWIRE_POSTGRES_URL_FILE is wrong/);
      expect(refused).not.toThrow(/geheim/);
    });
  });

  test('reads the role', () => {
    expect(readConfig(['demo', '--replay-speed', '10'], {})).toMatchObject({ role: 'demo', replaySpeed: 10 });
  });

  test('reads the words behind a role that takes some', () => {
    expect(readConfig(['dead-letters', 'show', '--format', 'json', '12'], {})).toMatchObject({
      role: 'dead-letters',
      words: ['show', '12'],
      format: 'json',
    });
  });

  test.each([
    [['--port', '70000'], {}, '--port is "70000", expected a whole number from 0 to 65535'],
    [['--port', '0x10'], {}, '--port is "0x10"'],
    [['--data-dri', 'x'], {}, 'the nearest is --data-dir'],
    [[], { QUAKEWIRE_DATA_DRI: 'x' }, 'the nearest is QUAKEWIRE_DATA_DIR'],
    [[], { QUAKEWIRE_LOG_LEVEL: 'loud' }, 'QUAKEWIRE_LOG_LEVEL is "loud", expected one of trace, debug'],
    [['--emsc-fdsn-url', 'ftp://x'], {}, 'expected a URL beginning with http:// or https://'],
    [['--replay-start', 'yesterday'], {}, 'expected a UTC instant such as'],
    [['--trusted-proxies', '10.0.0.0/33'], {}, 'expected addresses or networks such as'],
    [['--port'], {}, '--port has no value'],
    [['fly'], {}, '"fly" is not a role'],
    [['demo', 'fly'], {}, '"demo fly" is not a role'],
  ])('refuses %j %j with the reason', (args, environment, message) => {
    expect(() => readConfig(args, environment)).toThrow(message);
  });

  test('leaves foreign variables alone', () => {
    expect(readConfig([], { PATH: '/bin', QUAKE: 'x' })).toMatchObject({ role: '' });
  });
});

test('describeConfig() names every flag with its variable', () => {
  const help = describeConfig();
  for (const name of [
    '--host',
    '--emsc-fdsn-interval-s',
    'QUAKEWIRE_LIVE_QUEUE_BYTES_MAX',
    'quakewire demo',
    '--postgres-url-file',
    'QUAKEWIRE_KAFKA_PASSWORD_FILE',
  ]) {
    expect(help).toContain(name);
  }
});
