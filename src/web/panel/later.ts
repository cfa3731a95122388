// Code that is loaded when something is first opened: few do, and the list is usable sooner.

import { useEffect, useState } from 'preact/hooks';

export interface Later<T> {
  /** Null until it is there. */
  readonly module: T | null;
  /** It could not be loaded; whoever opens it anew tries again. */
  readonly failed: boolean;
}

/** A hook that loads the module with its first use and has it at once with every further one. */
export function createLater<T extends object>(load: () => Promise<T>): () => Later<T> {
  let loaded: T | null = null;
  return () => {
    const [later, setLater] = useState<Later<T>>({ module: loaded, failed: false });
    useEffect(() => {
      if (later.module !== null) return;
      load().then(
        (module) => {
          loaded = module;
          setLater({ module, failed: false });
        },
        () => setLater({ module: null, failed: true }),
      );
    }, []);
    return later;
  };
}
