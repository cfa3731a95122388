// What settings and keys show, loaded when first opened.

import type { Signal } from '@preact/signals';
import type { App } from '../state/app.ts';
import { KEYS_CHOICES, SCHEMES, TIMES, UNITS } from '../state/settings.ts';
import { moreOf } from '../text/english-more.ts';
import { LANGUAGE_NAMES, LANGUAGES } from '../text/languages.ts';
import '../styles/tools.css';

export function SettingsForm({ app }: { app: App }) {
  const more = moreOf(app);
  const { text, settings } = app;
  return (
    <>
      <h2>{text.settings}</h2>
      <Setting
        label={more.settingScheme}
        name="scheme"
        choice={settings.scheme}
        choices={SCHEMES}
        words={more.schemes}
      />
      <Setting
        label={more.settingUnits}
        name="units"
        choice={settings.units}
        choices={UNITS}
        words={more.units}
      />
      <Setting
        label={more.settingTimes}
        name="times"
        choice={settings.times}
        choices={TIMES}
        words={more.times}
      />
      <Setting
        label={more.settingLanguage}
        name="language"
        choice={settings.language}
        choices={['auto', ...LANGUAGES] as const}
        words={{ auto: more.languageAuto, ...LANGUAGE_NAMES }}
      />
      <Setting
        label={more.settingKeys}
        name="keys"
        choice={settings.keys}
        choices={KEYS_CHOICES}
        words={more.keysChoices}
      />
      <p class="hint">{more.settingsKept}</p>
      <p class="hint">
        <a href="/?wall=1">{more.wallDisplay}</a>
      </p>
    </>
  );
}

export function KeysTable({ app }: { app: App }) {
  const more = moreOf(app);
  const { text } = app;
  return (
    <>
      <h2>{text.keys}</h2>
      <p>{more.helpMap}</p>
      <p>{more.helpReports}</p>
      <h3>{more.helpTypes}</h3>
      <table>
        <tbody>
          {more.magnitudeTypes.map(([type, meaning]) => (
            <tr key={type}>
              <th scope="row">{type}</th>
              <td>{meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3 class="keys-list">{more.helpKeys}</h3>
      <table class="keys-list">
        <tbody>
          {more.keyList.map(([key, meaning]) => (
            <tr key={key}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <form method="dialog">
        <button type="submit" class="quiet-button" data-testid="keys-close">
          {text.close}
        </button>
      </form>
    </>
  );
}

interface SettingProps<T extends string> {
  readonly label: string;
  readonly name: string;
  readonly choice: Signal<T>;
  readonly choices: readonly T[];
  readonly words: Readonly<Record<T, string>>;
}

function Setting<T extends string>({ label, name, choice, choices, words }: SettingProps<T>) {
  return (
    <label class="setting">
      <span>{label}</span>
      <select
        value={choice.value}
        data-testid={`setting-${name}`}
        onChange={(event) => {
          choice.value = event.currentTarget.value as T;
        }}
      >
        {choices.map((one) => (
          <option key={one} value={one}>
            {words[one]}
          </option>
        ))}
      </select>
    </label>
  );
}
