import { expect, test } from 'vitest';
import { liftStyles } from './lift-styles.ts';

test('liftStyles() makes one rule of each style, whoever has it', () => {
  const { markup, style } = liftStyles(
    '<p style="width: 4px">a</p><b class="x" style="width: 4px">b</b><i style="top: 60px">c</i>',
  );
  expect(markup).toBe('<p data-s="0">a</p><b class="x" data-s="0">b</b><i data-s="1">c</i>');
  expect(style).toBe('#app [data-s="0"]{width: 4px}#app [data-s="1"]{top: 60px}');
});

test('liftStyles() drops a style that could end its rule or ask for a file', () => {
  for (const value of ['a}b{c', 'x:url(&quot;//evil&quot;)', 'x:</style><script>', 'x:"'])
    expect(liftStyles(`<p style="${value}">a</p>`).style).not.toMatch(/[<>"]evil|}b|<\/style/);
});

test('liftStyles() takes out what only the app reads and leaves what styles need', () => {
  expect(liftStyles('<a data-testid="row" data-event-id="emsc-1" data-state="live">').markup).toBe(
    '<a data-state="live">',
  );
});
