// Keeps the screen on while a wall display is shown (Screen Wake Lock API). Browser-safe.

export interface WakeLock {
  release(): Promise<void>;
  addEventListener(type: 'release', listener: () => void): void;
}

export interface WakeLocks {
  request(type: 'screen'): Promise<WakeLock>;
}

export interface WatchedPage {
  readonly visibilityState: DocumentVisibilityState;
  addEventListener(type: 'visibilitychange', listener: () => void): void;
  removeEventListener(type: 'visibilitychange', listener: () => void): void;
}

/** After the system has taken the lock. */
const AGAIN_MS = 60_000;

/**
 * Asks at once, again whenever the page comes back into view (the browser drops a lock with a hidden page), and after a
 * while when the system takes the lock of a page that is seen. Gives a function that lets the screen sleep again. `locks` undefined: a browser without it. Where it is refused (an
 * insecure origin, a low battery) the screen does as the system says.
 */
export function keepAwake(locks: WakeLocks | undefined, page: WatchedPage): () => void {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let release = () => {};
  const ask = () => {
    clearTimeout(timer);
    if (stopped || page.visibilityState !== 'visible') return;
    locks?.request('screen').then(
      (lock) => {
        // A hidden page's is asked for when it is seen again. Not at once: a system that is short of power takes it anew.
        lock.addEventListener('release', () => {
          clearTimeout(timer);
          if (!stopped) timer = setTimeout(ask, AGAIN_MS);
        });
        release = () => void lock.release().catch(() => {});
        if (stopped) release();
      },
      () => {},
    );
  };
  page.addEventListener('visibilitychange', ask);
  ask();
  return () => {
    stopped = true;
    clearTimeout(timer);
    page.removeEventListener('visibilitychange', ask);
    release();
  };
}
