// The words that the server alone writes: into the page's head, and for readers without script. The browser never loads
// them. Pure.

import type { LanguageCode } from './languages.ts';

const ENGLISH_SERVED = {
  pageDescription:
    'The world’s earthquakes on a map, the moment an agency publishes them: live, lossless, honest about revisions. Information, not an early warning.',
  eventDescription: (time: string, depth: string, agency: string, revised: string) =>
    `${time} UTC, ${depth}, reported by ${agency}${revised === '' ? '' : `, ${revised}`}. Information, not an early warning.`,
  replayOfRecording: 'Replay of a recording.',
  asOf: (time: string) =>
    `As of ${time} UTC. The live map needs JavaScript; without it, load this page again for what is new. Times are UTC.`,
  listed: (listed: string, total: string) => `Below: the newest ${listed} of ${total}.`,
  largestOfDay: 'Largest in 24 hours:',
};

export type ServedText = typeof ENGLISH_SERVED;

export const SERVED: Readonly<Record<LanguageCode, ServedText>> = {
  en: ENGLISH_SERVED,
  de: {
    pageDescription:
      'Die Erdbeben der Welt auf einer Karte, sobald ein Dienst sie meldet: live, lückenlos, jede Revision sichtbar. Information, keine Frühwarnung.',
    eventDescription: (time, depth, agency, revised) =>
      `${time} UTC, ${depth}, gemeldet von ${agency}${revised === '' ? '' : `, ${revised}`}. Information, keine Frühwarnung.`,
    replayOfRecording: 'Eine Aufzeichnung wird abgespielt.',
    asOf: (time) =>
      `Stand ${time} UTC. Die Live-Karte braucht JavaScript; ohne es laden Sie diese Seite neu, um Neues zu sehen. Alle Zeiten sind UTC.`,
    listed: (listed, total) => `Unten: die neuesten ${listed} von ${total}.`,
    largestOfDay: 'Die stärksten in 24 Stunden:',
  },
  es: {
    pageDescription:
      'Los terremotos del mundo en un mapa, en cuanto una agencia los publica: en directo, sin pérdidas, con cada revisión a la vista. Información, no una alerta temprana.',
    eventDescription: (time, depth, agency, revised) =>
      `${time} UTC, ${depth}, informe de ${agency}${revised === '' ? '' : `, ${revised}`}. Información, no una alerta temprana.`,
    replayOfRecording: 'Se reproduce una grabación.',
    asOf: (time) =>
      `A fecha de ${time} UTC. El mapa en directo necesita JavaScript; sin él, vuelva a cargar esta página para ver lo nuevo. Las horas son UTC.`,
    listed: (listed, total) => `Abajo: los ${listed} más recientes de ${total}.`,
    largestOfDay: 'Los mayores en 24 horas:',
  },
};
