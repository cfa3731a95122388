// The words that the server alone writes: into the page's head, and for readers without script. It speaks English, so they
// have no translation, and the browser never loads them. Pure.

export const ENGLISH_SERVED = {
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
