// The list: its order and groups, its place while events arrive, what it tells a screen reader.

import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PageBench, startPageBench, untilConnected } from '../support/page-bench.ts';

const MINUTE = 60_000;
let bench: PageBench;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  bench = await startPageBench();
  for (let i = 1; i <= 60; i++)
    await bench.publish(i, i * 30 * MINUTE, {
      magnitudeValue: 3 + (i % 20) / 10,
      latitudeDeg: i,
      longitudeDeg: 0,
    });
  await bench.publish(61, 2 * 1440 * MINUTE, {
    magnitudeValue: 6.6,
    region: 'NEAR EAST COAST OF HONSHU, JAPAN: A NAME OF MORE THAN ONE LINE',
  });
  ({ context, page } = await bench.open('/', {
    map: false,
    permissions: ['geolocation'],
    geolocation: { latitude: 60.2, longitude: 0 },
  }));
  await page.locator('.row-button').first().waitFor();
}, 60_000);

afterAll(async () => {
  await bench?.[Symbol.asyncDispose]();
});

const listTop = () => page.getByTestId('list').evaluate((list) => list.scrollTop);
const headings = () => page.locator('.group-heading').allInnerTexts();
const first = () => page.locator('[data-index="0"]');

interface Measured {
  readonly text: string;
  readonly top: number;
  readonly bottom: number;
}
/** Groups of which something is in view; pixels from the list's upper edge. */
const measureGroups = () =>
  page.evaluate(`(() => {
    const list = document.querySelector('.list').getBoundingClientRect();
    const measure = (element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return { text: element.innerText, top: top - list.top, bottom: bottom - list.top };
    };
    return [...document.querySelectorAll('.group')]
      .map((group) => ({ group: measure(group), heading: measure(group.querySelector('.group-heading')) }))
      .filter(({ group }) => group.bottom > 0 && group.top < list.height);
  })()`) as Promise<{ group: Measured; heading: Measured }[]>;

test('rows say their place among all, in lists under headings', async () => {
  const row = page.locator('li.row').first();
  await expect.poll(() => row.getAttribute('aria-setsize')).toBe('61');
  expect(await row.getAttribute('aria-posinset')).toBe('1');
  expect((await headings())[0]).toMatch(/^(Today|Yesterday)/);
  expect(await page.locator('.row').count()).toBeLessThan(40);
});

test('magnitude types stand as seismologists write them, and great marks are told apart', async () => {
  expect(await first().locator('.magnitude-type').innerText()).toBe('Mw');
  await bench.publish(70, 3 * MINUTE, { magnitudeValue: 7.8 });
  await bench.publish(71, 2 * MINUTE, { magnitudeValue: 6.7 });
  await expect.poll(() => first().innerText()).toContain('6.7');
  const width = (index: number) =>
    page.locator(`[data-index="${index}"] .mark`).evaluate((mark) => mark.getBoundingClientRect().width);
  expect((await width(1)) / (await width(0))).toBeGreaterThan(1.4);
});

test('a name of more than one line is shown whole', async () => {
  await page.getByTestId('list').evaluate((list) => list.scrollTo(0, 1e6));
  const name = page.locator('.row-region', { hasText: 'Honshu' });
  await name.waitFor();
  expect(await name.evaluate((element) => element.scrollHeight <= element.clientHeight)).toBe(true);
  await page.getByTestId('list').evaluate((list) => list.scrollTo(0, 0));
});

test('a heading stands above its rows wherever the list is scrolled to, and at the top of what is seen', async () => {
  const list = page.getByTestId('list');
  for (const scrollTop of [0, 150, 700, 1500, 1e6]) {
    await list.evaluate((element, top) => element.scrollTo(0, top), scrollTop);
    // What is in view is built a frame later.
    await expect.poll(async () => (await measureGroups())[0]?.heading.top ?? 99).toBeLessThan(1.5);
    for (const { heading, group } of await measureGroups()) {
      // At its group's beginning, or at the top of what is seen as long as the group reaches there.
      const height = heading.bottom - heading.top;
      const place = Math.max(group.top, Math.min(0, group.bottom - height));
      expect(Math.abs(heading.top - place), `"${heading.text}" at ${scrollTop}`).toBeLessThan(1.5);
    }
    const [uppermost] = await measureGroups();
    expect(uppermost!.heading.top, `the uppermost heading at ${scrollTop}`).toBeLessThan(1.5);
  }
  await list.evaluate((element) => element.scrollTo(0, 0));
});

test('an arrival does not move what is being read; a button says how many there are above', async () => {
  await page.getByTestId('list').evaluate((list) => list.scrollTo(0, 900));
  const reading = page.locator('[data-index="16"]');
  await reading.waitFor();
  const id = await reading.getAttribute('data-event-id');
  const before = await reading.boundingBox();
  // In the middle of a minute: none of these turns meanwhile.
  await bench.publish(101, 1.4 * MINUTE, { magnitudeValue: 4.4 });
  await bench.publish(102, 1.2 * MINUTE, { magnitudeValue: 4.5 });
  const button = page.getByTestId('new-above');
  await button.filter({ hasText: '2 new above' }).waitFor();
  const after = await page.locator(`[data-event-id="${id}"]`).boundingBox();
  expect(Math.abs(after!.y - before!.y)).toBeLessThan(2);
  await button.click();
  await expect.poll(listTop).toBe(0);
  expect(await first().innerText()).toContain('4.5');
  expect(await button.count()).toBe(0);
});

test('new rows print nothing over old ones while these make room', async () => {
  // As in the middle of a slide: a row still lies where the one before it has its place already.
  const [upper, lower] = [
    page.locator('.rows:has(.row + .row) .row').nth(0),
    page.locator('.rows .row + .row').first(),
  ];
  const moveTo = (transform: string) =>
    lower.evaluate((row, there) => row.style.setProperty('transform', there), transform);
  await page.evaluate('Promise.allSettled(document.getAnimations().map(({ finished }) => finished))');
  // At once: what lies above what is asked, not the way there.
  await lower.evaluate((row) => row.style.setProperty('transition', 'none'));
  // The list may be on its way to its top still, and a minute may turn between two pictures: measured anew each time.
  const covered = async () => {
    const was = await lower.evaluate((row) => row.style.transform);
    await moveTo(await upper.evaluate((row) => row.style.transform));
    const clip = (await upper.boundingBox())!;
    const shown = await page.screenshot({ clip });
    await upper.evaluate((row) => row.style.setProperty('visibility', 'hidden'));
    const hidden = await page.screenshot({ clip });
    await upper.evaluate((row) => row.style.removeProperty('visibility'));
    await moveTo(was);
    return shown.equals(hidden);
  };
  await expect.poll(covered, { timeout: 40_000 }).toBe(true);
  await lower.evaluate((row) => row.style.removeProperty('transition'));
}, 60_000);

test('where nothing can slide, rows are at their place at once', async () => {
  const { context: own, page: still } = await bench.open('/', { map: false, reducedMotion: 'reduce' });
  await still.locator('.row-button').first().waitFor();
  await bench.publish(122, MINUTE, { magnitudeValue: 4, region: 'NIAS REGION, INDONESIA' });
  await still.getByText('Nias region').waitFor();
  expect(await still.evaluate('document.getAnimations().length')).toBe(0);
  await own.close();
});

test('"Withdrawn" with none says that nothing has been withdrawn, not that the other choices hide it', async () => {
  const { context: own, page: asked } = await bench.open('/?type=withdrawn', { map: false });
  const empty = asked.getByTestId('empty');
  await empty.getByText('Nothing has been withdrawn so far.').waitFor();
  expect(await empty.locator('.choice').allInnerTexts()).toEqual(['Type: Withdrawn']);
  await empty.locator('.choice').click();
  await asked.locator('.row-button').first().waitFor();
  await own.close();
});

test('the largest stand first when asked for, and the address says so', async () => {
  await page.getByTestId('order').selectOption('largest');
  await expect.poll(() => first().innerText()).toContain('7.8');
  expect((await headings())[0]).toContain('Magnitude 7');
  expect(page.url()).toContain('sort=largest');
});

test('the nearest stand first, from where the device says it is', async () => {
  await page.getByTestId('order').selectOption('nearest');
  await expect.poll(() => first().innerText()).toMatch(/22 km away/);
  expect((await headings())[0]).toContain('Within 100 km');
});

test('a device that does not say where it is leaves the order from the map’s middle, and says so', async () => {
  const other = await bench.open('/', { map: false, permissions: [] });
  const [order, hint] = [other.page.getByTestId('order'), other.page.getByTestId('order-hint')];
  // One that is slow to say so says nothing to who has chosen another order meanwhile.
  await other.page.evaluate(`globalThis.locate = navigator.geolocation.getCurrentPosition;
    navigator.geolocation.getCurrentPosition = (_, deny) => { globalThis.deny = deny; }`);
  await order.selectOption('nearest');
  await hint.waitFor();
  await order.selectOption('largest');
  await hint.waitFor({ state: 'detached' });
  await other.page.evaluate(`deny(); new Promise((done) => requestAnimationFrame(() => setTimeout(done)))`);
  expect([await hint.count(), await order.inputValue()]).toEqual([0, 'largest']);
  await other.page.evaluate('navigator.geolocation.getCurrentPosition = locate');
  await order.selectOption('nearest');
  await hint.filter({ hasText: 'unavailable' }).waitFor();
  expect(await order.inputValue()).toBe('centre');
  await other.context.close();
});

test('distances and times follow the settings, also after a reload', async () => {
  await page.getByTestId('settings-open').click();
  await page.getByTestId('setting-units').selectOption('mi');
  await page.getByTestId('setting-times').selectOption('utc');
  await page.keyboard.press('Escape');
  await page.getByTestId('order').selectOption('newest');
  await expect.poll(() => first().innerText()).toMatch(/UTC · 6\.2 mi deep/);
  await page.reload();
  // What comes before the stream is no news to the tests that follow.
  await untilConnected(page);
  await expect.poll(() => first().innerText()).toMatch(/UTC · 6\.2 mi deep/);
});

test('the chosen colours go before the system’s', async () => {
  const paper = () => page.evaluate(`getComputedStyle(document.querySelector('.panel')).backgroundColor`);
  const light = await paper();
  await page.getByTestId('settings-open').click();
  await page.getByTestId('setting-scheme').selectOption('dark');
  await expect.poll(paper).not.toBe(light);
  await page.getByTestId('setting-scheme').selectOption('light');
  await expect.poll(paper).toBe(light);
  await page.keyboard.press('Escape');
});

test('a great new earthquake is told to screen readers, politely', async () => {
  await bench.publish(103, MINUTE, { magnitudeValue: 7.1, region: 'FIJI REGION' });
  const told = page.getByTestId('announcement');
  await expect.poll(() => told.innerText()).toBe('New earthquake: Mw 7.1, Fiji region');
  expect(await told.getAttribute('aria-live')).toBe('polite');
});

test('a great new earthquake is told to the seeing too, and taken away by a key or a minute; nothing moves', async () => {
  const banner = page.getByTestId('big-news');
  await expect.poll(() => banner.innerText()).toMatch(/New: Mw 7\.1, Fiji region 1 min ago/);
  const focused = () => page.evaluate('document.activeElement?.closest(".big-news") !== null');
  expect(await focused()).toBe(false);
  await page.getByTestId('big-news-open').click();
  await expect.poll(() => page.getByTestId('detail').getAttribute('data-event-id')).toContain('103');
  expect(await banner.count()).toBe(0);
  await page.keyboard.press('Escape');
  // One that fills a gap is not told at all, a lesser one to screen readers alone.
  await bench.publish(106, 26 * 60 * MINUTE, { magnitudeValue: 7.9, region: 'TONGA' });
  await bench.publish(104, MINUTE, { magnitudeValue: 5.9, region: 'TONGA' });
  await expect.poll(() => page.getByTestId('announcement').innerText()).toBe('New earthquake: Mw 5.9, Tonga');
  expect(await banner.count()).toBe(0);
  await bench.publish(105, MINUTE, { magnitudeValue: 6, region: 'TONGA' });
  await expect.poll(() => banner.innerText()).toMatch(/Mw 6\.0, Tonga/);
  await page.getByTestId('big-news-close').click();
  await expect.poll(() => banner.count()).toBe(0);
});

test('a smaller earthquake does not take the great one’s place on the map: both stand there, and each is told aloud', async () => {
  const banner = page.getByTestId('big-news');
  await page.evaluate(`
    globalThis.told = [];
    const live = document.querySelector('[data-testid="announcement"]');
    new MutationObserver(() => told.push(live.textContent)).observe(live, { childList: true, characterData: true, subtree: true });`);
  await bench.publish(110, 12 * MINUTE, { magnitudeValue: 7.8, region: 'CENTRAL TURKEY' });
  await expect.poll(() => banner.innerText()).toMatch(/New: Mw 7\.8, Central Turkey/);
  // Two at once.
  await Promise.all([
    bench.publish(111, 2 * MINUTE, { magnitudeValue: 6.7, region: 'CENTRAL TURKEY' }),
    bench.publish(112, MINUTE, { magnitudeValue: 6.1, region: 'TONGA' }),
  ]);
  await expect
    .poll(() => banner.innerText())
    .toMatch(/^New: Mw 7\.8, Central Turkey[\s\S]*Mw 6\.7, Central Turkey[\s\S]*and 1 more/);
  const told = async () => ((await page.evaluate('told')) as string[]).join('\n');
  for (const one of ['Mw 7.8, Central Turkey', 'Mw 6.7, Central Turkey', 'Mw 6.1, Tonga'])
    await expect.poll(told).toContain(`New earthquake: ${one}`);
  await page.getByRole('button', { name: 'Open: Mw 7.8, Central Turkey' }).click();
  await expect.poll(() => page.getByTestId('detail').getAttribute('data-event-id')).toContain('110');
  expect(await banner.innerText()).toMatch(/^New: Mw 6\.7, Central Turkey[\s\S]*Mw 6\.1, Tonga/);
  await page.keyboard.press('Escape');
  await page.getByTestId('big-news-close').click();
  await expect.poll(() => banner.count()).toBe(0);
});

/** One who reads the list, keys and scrolls in it while it changes. */
describe('a reader of the list', () => {
  let own: BrowserContext;
  let reader: Page;
  let number = 200;
  /** Newer than all that the tests before have published. */
  const arrive = () => bench.publish(++number, 1000 - number, { magnitudeValue: 4 });
  const scrollTop = () => reader.getByTestId('list').evaluate((list) => list.scrollTop);
  const scrollTo = (top: number) =>
    reader.getByTestId('list').evaluate((list, there) => list.scrollTo(0, there), top);
  const lastBuilt = async () => Number(await reader.locator('.row-button').last().getAttribute('data-index'));
  const choose = (age: string) => reader.getByTestId(`filter-age-${age}`).check({ force: true });
  /** The event whose row has the focus, and the row's place in the list. */
  const focused = async () =>
    (await reader.evaluate(
      `(({ dataset, tagName }) => [dataset.eventId ?? tagName, dataset.index])(document.activeElement)`,
    )) as [string, string | undefined];

  /** At the list's beginning; gives the event of the row. */
  const focusRow = async (index: number) => {
    await scrollTo(0);
    await reader.locator(`[data-index="${index}"]`).focus();
    return (await focused())[0];
  };

  beforeAll(async () => {
    ({ context: own, page: reader } = await bench.open('/', { map: false }));
    await reader.locator('.row-button').first().waitFor();
  }, 60_000);

  afterAll(async () => {
    await own?.close();
  });

  test('a choice that shows the same rows moves nothing, neither at once nor when an event arrives', async () => {
    await choose('month');
    await expect.poll(() => reader.url()).toContain('age=month');
    await scrollTo(900);
    await reader.locator('[data-index="16"]').waitFor();
    await arrive();
    await reader.getByTestId('new-above').waitFor();
    expect(await scrollTop()).toBeGreaterThan(900);
  });

  test('nor when the list of many events is scrolled for the first time after it', async () => {
    for (let i = 1; i <= 60; i++) await bench.publish(300 + i, (30 + i / 2) * 60 * MINUTE);
    await scrollTo(0);
    const size = () => reader.locator('.row').first().getAttribute('aria-setsize');
    await expect.poll(async () => Number(await size())).toBeGreaterThan(110);
    await choose('week');
    await expect.poll(() => reader.url()).toContain('age=week');
    await scrollTo(900);
    await reader.locator('[data-index="16"]').waitFor();
    expect(await scrollTop()).toBe(900);
  });

  test('who has scrolled on finds one row with the Tab key, and the list with its letter', async () => {
    await scrollTo(1500);
    await expect.poll(lastBuilt).toBeGreaterThan(20);
    expect(await reader.locator('.row-button[tabindex="0"]').count()).toBe(1);
    await reader.keyboard.press('l');
    await expect.poll(async () => (await focused())[1]).toBe('0');
  });

  test('the focus stays on its row when that leaves the screen, scrolled away or pushed down by arrivals', async () => {
    const id = await focusRow(1);
    await scrollTo(3000);
    await expect.poll(lastBuilt).toBeGreaterThan(40);
    expect(await focused()).toEqual([id, '1']);
    await scrollTo(0);
    for (let i = 0; i < 26; i++) await arrive();
    await expect.poll(focused).toEqual([id, '27']);
    expect(await reader.locator('.row-button[tabindex="0"]').getAttribute('data-event-id')).toBe(id);
    await reader.keyboard.press('ArrowDown');
    await expect.poll(async () => (await focused())[1]).toBe('28');
  });

  test('whoever leaves after a key that had nowhere to go is not fetched back', async () => {
    const id = await focusRow(0);
    await reader.keyboard.press('ArrowUp');
    await reader.getByTestId('place-search').focus();
    await arrive();
    await expect.poll(() => reader.locator('[data-index="1"]').getAttribute('data-event-id')).toBe(id);
    expect((await focused())[0]).toBe('INPUT');
  });

  test('the focus stays on its event when the gateway has begun anew and rows have other numbers', async () => {
    const id = await focusRow(1);
    // The last to come here, it is the first of a snapshot, whose rows are by time.
    await bench.publish(++number, 5 * 1440 * MINUTE);
    const cursor = async () =>
      ((await (await fetch(`${bench.url}/catalogue/manifest.json`)).json()) as { cursor: string }).cursor;
    await expect.poll(() => reader.evaluate(`quakewire.entry('emsc-20230206_0000${number}')`)).not.toBeNull();
    await expect.poll(cursor).toBe(await reader.evaluate('quakewire.cursor'));
    let live = 0;
    await reader.route('**/live', async (route) => {
      if (live++ === 0)
        await route.fulfill({ contentType: 'text/event-stream', body: 'event: reset\ndata: {}\n\n' });
      else await route.continue();
    });
    const loaded = reader.waitForResponse('**/catalogue/manifest.json');
    await reader.evaluate("dispatchEvent(new Event('offline')); dispatchEvent(new Event('online'))");
    await loaded;
    await expect.poll(() => reader.evaluate('quakewire.connection')).toBe('live');
    await arrive();
    await expect.poll(focused).toEqual([id, '2']);
  });

  test('a row that an arrival moves between press and release opens', async () => {
    await scrollTo(0);
    const row = reader.locator('[data-index="3"]');
    const id = await row.getAttribute('data-event-id');
    // Where it has come to rest.
    await row.hover();
    const { y } = (await row.boundingBox())!;
    await reader.mouse.down();
    await arrive();
    const moved = reader.locator(`[data-event-id="${id}"].row-button`);
    await expect.poll(() => moved.getAttribute('data-index')).toBe('4');
    // Its way down takes a moment.
    await expect.poll(async () => (await moved.boundingBox())!.y).toBeGreaterThan(y + 30);
    await reader.mouse.up();
    await expect.poll(() => reader.getByTestId('detail').getAttribute('data-event-id')).toBe(id);
    await reader.keyboard.press('Escape');
  });
});

test('all the while the page asked no other host, broke no policy and threw nothing', async () => {
  await context.close();
  expect(bench.offences).toEqual([]);
});
