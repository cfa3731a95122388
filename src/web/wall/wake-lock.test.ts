import { expect, test, vi } from 'vitest';
import { keepAwake, type WakeLock, type WatchedPage } from './wake-lock.ts';

class TestPage extends EventTarget implements WatchedPage {
  visibilityState: DocumentVisibilityState = 'visible';
  show(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

function createLocks() {
  const locks = { asked: 0, held: 0 };
  let last: EventTarget & WakeLock;
  const request = async () => {
    locks.asked++;
    locks.held++;
    last = Object.assign(new EventTarget(), {
      release: async () => {
        locks.held--;
      },
    });
    return last;
  };
  const take = () => last.dispatchEvent(new Event('release'));
  return { locks, request, take };
}

test('keepAwake() asks again when the page comes back into view, and lets go at the end', async () => {
  const page = new TestPage();
  const { locks, request } = createLocks();
  const stop = keepAwake({ request }, page);
  await Promise.resolve();
  page.show('hidden');
  expect(locks.asked).toBe(1);
  page.show('visible');
  await Promise.resolve();
  expect(locks.asked).toBe(2);
  stop();
  page.show('visible');
  expect(locks).toEqual({ asked: 2, held: 1 });
});

test('keepAwake() asks again, after a while, for a lock that the system took from a page that is seen', async () => {
  vi.useFakeTimers();
  const { locks, request, take } = createLocks();
  const stop = keepAwake({ request }, new TestPage());
  await vi.advanceTimersByTimeAsync(0);
  take();
  await vi.advanceTimersByTimeAsync(1000);
  expect(locks.asked).toBe(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(locks.asked).toBe(2);
  take();
  stop();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(locks.asked).toBe(2);
  vi.useRealTimers();
});

test('keepAwake() lets go of a lock that is granted after the end', async () => {
  const { locks, request } = createLocks();
  keepAwake({ request }, new TestPage())();
  await new Promise((resolve) => setTimeout(resolve));
  expect(locks.held).toBe(0);
});

test('keepAwake() bears a browser that refuses or has none', async () => {
  const refuse = { request: () => Promise.reject(new DOMException('no', 'NotAllowedError')) };
  for (const locks of [refuse, undefined]) keepAwake(locks, new TestPage())();
  await new Promise((resolve) => setTimeout(resolve));
});
