// The field in which a place is looked for. What it finds is loaded with the first letter (./place-results.tsx).

import { useRef, useState } from 'preact/hooks';
import type { App } from '../state/app.ts';
import { soughtInView } from '../state/sought.ts';
import { createLater } from './later.ts';

const useResults = createLater(() => import('./place-results.tsx'));
const useChip = createLater(() => import('./place-chip.tsx'));

export function PlaceSearch({ app }: { app: App }) {
  const { text } = app;
  const [typed, setTyped] = useState('');
  /** Enter came before the results, and the reader has stayed. */
  const entered = useRef(false);
  return (
    <search class="place-search">
      <input
        type="search"
        class="place-field"
        aria-label={text.searchPlace}
        placeholder={text.searchPlace}
        autocomplete="off"
        spellcheck={false}
        value={typed}
        data-testid="place-search"
        onInput={(event) => {
          entered.current = false;
          setTyped(event.currentTarget.value);
        }}
        onBlur={(event) => {
          // Another window has the focus for a while: here the field keeps it.
          if (document.activeElement !== event.currentTarget) entered.current = false;
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          const first = event.currentTarget.parentElement!.querySelector('button');
          if (first === null) entered.current = true;
          else first.click();
        }}
      />
      {typed.trim() === '' ? null : <Results {...{ app, typed, entered }} onDone={() => setTyped('')} />}
    </search>
  );
}

/** The place that was chosen. */
export function ChosenPlace({ app }: { app: App }) {
  const target = soughtInView(app);
  return target === null ? null : <Chip app={app} name={target.name} />;
}

function Chip(props: { app: App; name: string }) {
  const chip = useChip().module;
  return chip === null ? null : <chip.PlaceChip {...props} />;
}

export interface ResultsProps {
  readonly app: App;
  readonly typed: string;
  /** The first result is chosen as soon as it is there. */
  readonly entered: { current: boolean };
  readonly onDone: () => void;
}

function Results(props: ResultsProps) {
  const { module: results, failed } = useResults();
  if (results !== null) return <results.PlaceResults {...props} />;
  return <p class="hint">{failed ? props.app.text.placesFailed : props.app.text.placesLoading}</p>;
}
