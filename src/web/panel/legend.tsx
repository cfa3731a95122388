// What size, colour and form mean on the map just now, drawn from the same numbers as the shader's. Folds to the row of
// colours; on a phone it begins so. Colour's meaning and the plates are chosen here, where they are explained.

import type { JSX } from 'preact';
import { ABSENT_INT16 } from '../../catalogue/columns.ts';
import {
  AGE_CLASSES,
  COLOR_MODES,
  DEPTH_CLASSES,
  drawnRadiusPx,
  fillShare,
  GHOST_RADIUS_MIN_PX,
  NEW_RINGS_PX,
} from '../map/encodings.ts';
import { RAMP_OPACITY } from '../map/palettes.ts';
import { PLATE_KINDS } from '../map/plates.ts';
import type { App } from '../state/app.ts';
import { moreOf } from '../text/english-more.ts';
import { PlateLine } from './legend-plates.tsx';
import '../styles/legend.css';
import '../styles/low-screen.css';

const MAGNITUDES = [2, 3, 4, 5, 6, 7, 8];
const GAP_PX = 9;
const LABEL_PX = 16;
const SWATCH_PX = 4.5;
/** A small dot with its rings as far from it as on the map, all of it at two thirds. */
const NEW_DOT_PX = 2;

export function Legend({ app }: { app: App }) {
  const more = moreOf(app);
  const open = app.map.legendOpen.value;
  const mode = app.map.colorMode.value;
  return (
    <aside
      class="legend"
      aria-label={more.legend}
      data-testid="legend"
      data-open={open === null ? 'auto' : String(open)}
      data-mode={mode}
    >
      <div class="legend-top">
        <div class="legend-head">
          <fieldset class="legend-modes">
            <legend class="visually-hidden">{more.legendColor}</legend>
            {COLOR_MODES.map((one) => (
              <label key={one} class="legend-mode">
                <input
                  type="radio"
                  name="colour"
                  value={one}
                  checked={mode === one}
                  onChange={() => {
                    app.map.colorMode.value = one;
                  }}
                  data-testid={`colour-${one}`}
                />
                <span>{more.colorModes[one]}</span>
              </label>
            ))}
          </fieldset>
          <Fold app={app} />
        </div>
        <Colors app={app} />
      </div>
      <div class="legend-more">
        <Sizes app={app} />
        <Marks app={app} />
        <Plates app={app} />
      </div>
    </aside>
  );
}

function Fold({ app }: { app: App }) {
  const more = moreOf(app);
  const open = app.map.legendOpen.value;
  const toggle = (to: boolean) => () => {
    app.map.legendOpen.value = to;
  };
  // Where nothing was chosen the style sheet decides by the room there is, and shows the button that fits.
  const button = (to: boolean) => (
    <button
      type="button"
      class={`legend-fold ${to ? 'is-unfold' : 'is-fold'}`}
      aria-expanded={!to}
      aria-label={to ? more.legendUnfold : more.legendFold}
      title={to ? more.legendUnfold : more.legendFold}
      onClick={toggle(to)}
      data-testid={to ? 'legend-unfold' : 'legend-fold'}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={to ? 'M4 10l4-4 4 4' : 'M4 6l4 4 4-4'} />
      </svg>
    </button>
  );
  return (
    <>
      {open === true ? null : button(true)}
      {open === false ? null : button(false)}
    </>
  );
}

/** A dot as on the map, centred; `opacity` of its class. */
function Dot({ radius, opacity = 1 }: { radius: number; opacity?: number }): JSX.Element {
  return (
    <circle
      r={radius - 0.5}
      fill="currentColor"
      fill-opacity={opacity * fillShare(radius)}
      stroke="currentColor"
      stroke-opacity={opacity}
    />
  );
}

function Colors({ app }: { app: App }) {
  const { formats } = app;
  const more = moreOf(app);
  const mode = app.map.colorMode.value;
  const names =
    mode === 'age'
      ? more.ageClasses.slice(0, AGE_CLASSES)
      : more.depthClasses(formats.length, formats.units).slice(0, DEPTH_CLASSES);
  const titles = mode === 'age' ? more.ageClassTitles : more.depthClassTitles(formats.length, formats.units);
  return (
    <ol class="legend-colors" data-testid="legend-colors">
      {names.map((name, i) => (
        <li key={name} title={titles[i]} data-class={`${mode}-${i}`}>
          <svg class={`legend-swatch ${mode}-${i}`} viewBox="-6 -6 12 12" aria-hidden="true">
            <Dot radius={SWATCH_PX} opacity={RAMP_OPACITY[mode][i]!} />
          </svg>
          {name}
        </li>
      ))}
    </ol>
  );
}

function Sizes({ app }: { app: App }) {
  const { formats } = app;
  const more = moreOf(app);
  const radii = MAGNITUDES.map((magnitude) => drawnRadiusPx(magnitude * 100, app.symbolScale.value));
  const height = 2 * Math.ceil(radii.at(-1)!) + 2;
  let x = 1;
  const dots = radii.map((radius, i) => {
    const room = Math.max(radius, 4);
    const centre = x + room;
    x += 2 * room + GAP_PX;
    return { radius, centre, magnitude: MAGNITUDES[i]! };
  });
  const width = x - GAP_PX + 1;
  return (
    <div class="legend-part">
      <span class="legend-name">{more.legendMagnitude}</span>
      <svg
        class="legend-sizes"
        viewBox={`0 0 ${width} ${height + LABEL_PX}`}
        width={width}
        height={height + LABEL_PX}
        role="img"
        aria-label={more.legendSizes(formats.integer(MAGNITUDES[0]!), formats.integer(MAGNITUDES.at(-1)!))}
        data-testid="legend-sizes"
      >
        {dots.map(({ radius, centre, magnitude }) => (
          <g key={magnitude}>
            <g transform={`translate(${centre} ${height / 2})`} data-radius={radius.toFixed(2)}>
              <Dot radius={radius} />
            </g>
            <text x={centre} y={height + LABEL_PX - 3}>
              {formats.integer(magnitude)}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}

/** Forms that are told from the dots without colour. */
function Marks({ app }: { app: App }) {
  const more = moreOf(app);
  const absent = drawnRadiusPx(ABSENT_INT16, app.symbolScale.value);
  const ghost = GHOST_RADIUS_MIN_PX + 0.5;
  const strike = (ghost + 2.5) * Math.SQRT1_2;
  return (
    <ul class="legend-marks">
      <li>
        <svg class="legend-mark" viewBox="-8 -8 16 16" aria-hidden="true">
          <circle r={absent} />
        </svg>
        {more.legendNoMagnitude}
      </li>
      <li>
        <svg class="legend-mark is-ghost-mark" viewBox="-8 -8 16 16" aria-hidden="true">
          <circle r={ghost} />
          <path d={`M${-strike} ${strike}L${strike} ${-strike}`} />
        </svg>
        {more.legendWithdrawn}
      </li>
      <li>
        <svg class="legend-mark" viewBox="-12 -12 24 24" aria-hidden="true">
          <circle class="is-solid" r={NEW_DOT_PX} />
          {NEW_RINGS_PX.map((ring) => (
            <circle key={ring} r={NEW_DOT_PX + ring} />
          ))}
        </svg>
        {more.legendNew}
      </li>
    </ul>
  );
}

function Plates({ app }: { app: App }) {
  const more = moreOf(app);
  const shown = app.map.plates.value;
  return (
    <div class="legend-part is-plates">
      <label class="legend-check">
        <input
          type="checkbox"
          checked={shown}
          onChange={(event) => {
            app.map.plates.value = event.currentTarget.checked;
          }}
          data-testid="plates"
        />
        <span>{more.plates}</span>
      </label>
      {shown ? <PlatesCredit app={app} /> : null}
      {shown ? (
        <ul class="legend-plates" data-testid="legend-plates">
          {PLATE_KINDS.map((kind) => (
            <li key={kind} title={more.plateTitles[kind]}>
              <PlateLine kind={kind} />
              {more.plateKinds[kind]}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

/** The terms of the plates' data ask for it where they are shown; the ground's credit is in the panel's foot. */
function PlatesCredit({ app }: { app: App }) {
  const more = moreOf(app);
  const link = (href: string, name: string) => (
    <a href={href} rel="noreferrer" target="_blank">
      {name}
    </a>
  );
  return (
    <span class="legend-credit" data-testid="plates-credit">
      {link('https://github.com/fraxen/tectonicplates', more.attributionPlates)} (
      {link('https://opendatacommons.org/licenses/by/1-0/', 'ODC-By')})
    </span>
  );
}
