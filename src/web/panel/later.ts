// Code that is loaded when something is first opened: few do, and the list is usable sooner.

import { useEffect, useState } from 'preact/hooks';

/** What could not be loaded and is wanted is asked for again after so long. */
export const RETRY_MS = 10_000;

export interface Later<T> {
  /** Null until it is there. */
  readonly module: T | null;
  /** It could not be loaded; it is tried again every RETRY_MS while it is wanted. */
  readonly failed: boolean;
}

export interface UseLater<T> {
  /** A hook that loads the module with its first use and has it at once with every further one. */
  (): Later<T>;
  /** Loads it before it is used. Rejects when that fails. */
  load(): Promise<T>;
}

export function createLater<T extends object>(load: () => Promise<T>): UseLater<T> {
  let loaded: T | null = null;
  /** Under way or done, for all who want it; null: not begun, or failed. */
  let loading: Promise<T> | null = null;
  const loadOnce = () => {
    loading ??= load().then(
      (module) => {
        loaded = module;
        return module;
      },
      (error: unknown) => {
        loading = null;
        throw error;
      },
    );
    return loading;
  };
  const useLater = () => {
    const [later, setLater] = useState<Later<T>>({ module: loaded, failed: false });
    useEffect(() => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let wanted = true;
      const attempt = () => {
        loadOnce().then(
          (module) => setLater({ module, failed: false }),
          () => {
            setLater({ module: null, failed: true });
            if (wanted) timer = setTimeout(attempt, RETRY_MS);
          },
        );
      };
      if (later.module === null) attempt();
      return () => {
        wanted = false;
        clearTimeout(timer);
      };
    }, []);
    return later;
  };
  return Object.assign(useLater, { load: loadOnce });
}
