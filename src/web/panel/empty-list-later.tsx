// An empty list: nothing is there yet, or the filter leaves nothing; the choices to take away are loaded then.

import type { App } from '../state/app.ts';
import { createLater } from './later.ts';

const useChoices = createLater(() => import('./empty-list.tsx'));

export function EmptyListLater({ app }: { app: App }) {
  const { text } = app;
  app.catalogue.version.value;
  if (app.catalogue.current.count > 0) return <Choices app={app} />;
  const connection = app.connection.value;
  const loaded = connection !== null && connection.cursor !== null;
  if (!loaded && connection?.downSinceMs != null) return null; // the head of the panel says why
  return (
    <p class="empty" data-testid={loaded ? 'empty' : undefined}>
      {loaded ? text.emptyStore : `${text.loading}…`}
    </p>
  );
}

function Choices({ app }: { app: App }) {
  const { module: choices } = useChoices();
  return choices === null ? (
    <p class="empty">{app.text.emptyFiltered}</p>
  ) : (
    <choices.EmptyChoices app={app} />
  );
}
