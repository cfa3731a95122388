// Keeps the screen on while a wall display is shown (Screen Wake Lock API). Browser-safe.

export interface WakeLocks {
  request(type: 'screen'): Promise<{ release(): Promise<void> }>;
}

export interface WatchedPage {
  readonly visibilityState: DocumentVisibilityState;
  addEventListener(type: 'visibilitychange', listener: () => void): void;
  removeEventListener(type: 'visibilitychange', listener: () => void): void;
}

/**
 * Asks at once, and again whenever the page comes back into view: the browser drops a lock with a hidden page. Gives a
 * function that lets the screen sleep again. `locks` undefined: a browser without it. Where it is refused (an
 * insecure origin, a low battery) the screen does as the system says.
 */
export function keepAwake(locks: WakeLocks | undefined, page: WatchedPage): () => void {
  let stopped = false;
  let release = () => {};
  const ask = () => {
    if (stopped || page.visibilityState !== 'visible') return;
    locks?.request('screen').then(
      (lock) => {
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
    page.removeEventListener('visibilitychange', ask);
    release();
  };
}
