import { describe, expect, test } from 'vitest';
import { EVENT_TYPES } from '../../event/event-types.ts';
import { ENGLISH } from './english.ts';
import { createFormats } from './formats.ts';
import { GERMAN, GERMAN_MORE } from './german.ts';
import { chooseLanguage, chooseLocale, parseAcceptLanguage } from './languages.ts';
import { SPANISH, SPANISH_MORE } from './spanish.ts';

// That no string is missing is checked by the type of the catalogues.

describe('chooseLanguage()', () => {
  test.each([
    [['de-CH', 'en'], 'de'],
    [['fr-FR', 'es-MX', 'en'], 'es'],
    [['ja'], 'en'],
    [[], 'en'],
  ] as const)('of %j takes the first that the page speaks: %s', (preferred, language) => {
    expect(chooseLanguage('auto', preferred)).toBe(language);
  });

  test('what is chosen goes before the browser’s', () => {
    expect(chooseLanguage('es', ['de'])).toBe('es');
  });
});

test.each([
  ['de-CH,de;q=0.9,en;q=0.8', ['de-CH', 'de', 'en']],
  ['en;q=0.5, es ; q=0.7', ['es', 'en']],
  ['fr, *;q=0.1, de;q=0', ['fr']],
  ['<script>, de;q=x, ,', []],
  ['', []],
])('parseAcceptLanguage() of %j', (header, tags) => {
  expect(parseAcceptLanguage(header)).toEqual(tags);
});

test('chooseLocale() keeps the reader’s own variety', () => {
  expect(chooseLocale('de', ['en', 'de-CH'])).toBe('de-CH');
  expect(chooseLocale('en', ['de'])).toBe('en-GB');
});

test('one is one and several are several, in every language', () => {
  expect([ENGLISH, GERMAN, SPANISH].map((text) => text.countShown(1, '1'))).toEqual([
    '1 event',
    '1 Ereignis',
    '1 evento',
  ]);
  expect([ENGLISH, GERMAN, SPANISH].map((text) => text.caughtUp(7, '7'))).toEqual([
    'Caught up: 7 changes',
    'Nachgeholt: 7 Änderungen',
    'Recuperado: 7 cambios',
  ]);
  expect([SPANISH.newAbove(1, '1'), SPANISH.newAbove(3, '3')]).toEqual(['1 nuevo arriba', '3 nuevos arriba']);
  expect([GERMAN.daysAgo(1), GERMAN.daysAgo(5)]).toEqual(['vor 1 Tag', 'vor 5 Tagen']);
  expect(GERMAN_MORE.delaysLate(1, '1')).toContain('1 Meldung wurde');
  expect(SPANISH_MORE.delaysLate(2, '2')).toContain('2 mensajes se pidieron');
});

test('numbers take the form that Unicode says, whole millions too', () => {
  const forms = [
    { rules: new Intl.PluralRules('en'), text: ENGLISH, one: 'event', other: 'events', many: 'events' },
    {
      rules: new Intl.PluralRules('de'),
      text: GERMAN,
      one: 'Ereignis',
      other: 'Ereignisse',
      many: 'Ereignisse',
    },
    { rules: new Intl.PluralRules('es'), text: SPANISH, one: 'evento', other: 'eventos', many: 'de eventos' },
  ];
  for (const { rules, text, ...words } of forms)
    for (const count of [0, 1, 2, 11, 21, 101, 999_999, 1_000_000, 1_000_001, 2_000_000])
      expect(text.countShown(count, String(count))).toBe(
        `${count} ${words[rules.select(count) as 'one' | 'other' | 'many']}`,
      );
});

test('every kind of event has a name in the languages that QuakeML does not speak', () => {
  for (const { eventTypes } of [GERMAN, SPANISH])
    for (const kind of EVENT_TYPES) if (kind !== 'earthquake') expect(eventTypes[kind]).toMatch(/\p{L}/u);
});

test('numbers, dates and directions follow the language', () => {
  const german = createFormats(GERMAN, 'de-DE', 'UTC');
  expect(german.magnitude(7.8)).toBe('7,8');
  expect(german.coordinates(-17.944, 178.39)).toBe('17,94° S, 178,39° O');
  const spanish = createFormats(SPANISH, 'es-ES', 'UTC');
  expect(spanish.dayHeading(Date.UTC(2023, 1, 6), Date.UTC(2023, 1, 7))).toBe('Ayer');
  expect(spanish.country('TR')).toBe('Turquía');
});
