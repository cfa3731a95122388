// The words of what is opened later, in English: what stands behind the pill, keys, settings. Loaded with those. Pure,
// browser-safe.

const events = (count: number, number: string) => `${number} ${count === 1 ? 'event' : 'events'}`;

export const ENGLISH_MORE = {
  newBigEvent: (magnitude: string, region: string) => `New earthquake: ${magnitude}, ${region}`,
  newsTitle: 'New:',
  newsOpen: 'Open',
  newsMore: (number: string) => `and ${number} more`,
  places: 'Larger cities nearby',
  emptyWithdrawn: 'Nothing has been withdrawn so far.',
  emptyWithdrawnLately:
    'No earthquake of the last two days has been withdrawn. What was withdrawn before is no longer shown.',
  emptyWithin: (period: string) => `In the last ${period}`,
  emptyDepth: (depth: string) => `Depth: ${depth}`,
  emptyKind: (kind: string) => `Type: ${kind}`,
  emptyInView: 'Only what the map shows',
  emptyRemove: (choice: string) => `Take away: ${choice}`,
  showEverything: (count: number, number: string) => `Show all ${events(count, number)}`,
  legend: 'Legend',
  legendColor: 'Colour shows',
  colorModes: { age: 'Age', depth: 'Depth' },
  legendFold: 'Fold the legend',
  legendUnfold: 'Show the whole legend',
  ageClasses: ['hour', 'day', 'week', 'month', 'older'],
  ageClassTitles: ['Past hour', 'Past day', 'Past week', 'Past 30 days', 'Older'],
  depthClasses: (length: (km: number) => string, unit: string) => [
    `< ${length(35)} ${unit}`,
    `${length(35)}–${length(70)}`,
    `${length(70)}–${length(150)}`,
    `${length(150)}–${length(300)}`,
    `> ${length(300)} ${unit}`,
    'not given',
  ],
  depthClassTitles: (length: (km: number) => string, unit: string) => [
    `Shallower than ${length(35)} ${unit}`,
    `${length(35)} to ${length(70)} ${unit}`,
    `${length(70)} to ${length(150)} ${unit}`,
    `${length(150)} to ${length(300)} ${unit}`,
    `${length(300)} ${unit} and deeper`,
    'Depth not given',
  ],
  legendMagnitude: 'Magnitude',
  legendSizes: (from: string, to: string) => `Sizes of the dots for magnitudes ${from} to ${to}`,
  legendNoMagnitude: 'No magnitude',
  legendWithdrawn: 'Withdrawn',
  legendNew: 'Just in',
  youAreHere: 'You are here',
  fullScreen: 'Full screen',
  fullScreenEnd: 'Leave full screen',
  plates: 'Plate boundaries',
  plateTitles: {
    spreading: 'Two plates move apart',
    transform: 'Two plates slide past each other',
    subduction: 'One plate dives under the other; the teeth are on the upper one',
    convergent: 'Two plates collide',
  },

  plateKinds: {
    spreading: 'Spreading',
    transform: 'Transform',
    subduction: 'Subduction',
    convergent: 'Collision',
  },
  attributionPlates: 'Bird 2003, Nordpil',
  starterNote:
    'From the starter catalogue that ships with Quakewire (USGS, M 4.5 and larger, 2022–2025), not from a live agency.',
  localTimeIn: (zone: string) => `Your time (${zone})`,
  timeThere: 'Time there',
  notAvailable: 'not available now',
  timeThereIn: (time: string, zone: string) => `${time} (${zone})`,
  timeAtSea: (time: string, offset: string) => `${time} (${offset}, by longitude: open sea)`,
  placeFrom: (distance: string, direction: string, city: string) => `${distance} ${direction} of ${city}`,
  population: (number: string) => `pop. ${number}`,
  placeKinds: { country: 'country', region: 'region' },
  nearPlace: (name: string) => `Near ${name}`,
  compass: ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west'],
  copyLink: 'Copy link',
  copyPlace: 'Copy coordinates',
  copied: 'Copied',
  copyFailed: 'This browser does not let the page copy.',
  previous: 'Previous in the list',
  next: 'Next in the list',
  withdrawnNote: (agency: string) =>
    `${agency} has withdrawn this event: it is no longer held to be an earthquake, or it was merged into another. It stays here for two days, struck through.`,
  hiddenByFilter: 'What is chosen above hides this event from the list.',
  eventUnknownWhy:
    'Perhaps the link is not complete, no agency has reported it to this server, or it is older than what is stored here.',
  depthLabel: 'Depth',
  epicentre: 'Epicentre',
  agency: 'Agency',
  agencyAuthor: (agency: string, author: string) => `${agency}, computed by ${author}`,
  eventType: 'Type',
  reports: 'Reports',
  reportsTaken: (taken: string, _count: number, refused: string) => `${taken}, ${refused} not taken`,
  reportsSummary: (agency: string, count: number, number: string) =>
    count === 1
      ? `Current values: ${agency}, its one report so far.`
      : `Current values: ${agency}, the newest of ${number} reports.`,
  reportsSummaryOf: (agency: string, author: string, count: number, number: string) =>
    count === 1
      ? `Current values: ${author}, via ${agency}, one report so far.`
      : `Current values: ${author}, via ${agency}, the newest of ${number} reports.`,
  timeline: (count: number, number: string, first: string, last: string) =>
    `Magnitude over time in ${number} ${count === 1 ? 'report' : 'reports'}: first ${first}, now ${last}.`,
  timelineAxis: 'after the earthquake, logarithmic',
  reportsLoading: 'Loading the reports…',
  reportsFailed: 'The reports could not be loaded.',
  retry: 'Try again',
  noReports: 'No reports are stored for this event.',
  firstReport: 'first report seen here',
  reportAfter: (delay: string) => `${delay} after origin`,
  reportBefore: 'before its origin time',
  withdrawalReport: 'Withdrawn by the agency',
  foreignReport: 'Another earthquake under the same number: not taken',
  nothingChanged: 'nothing that is shown here',
  changedMagnitude: (from: string, to: string) => `magnitude ${from} → ${to}`,
  changedMagnitudeType: (from: string, to: string) => `magnitude type ${from} → ${to}`,
  changedDepth: (from: string, to: string) => `depth ${from} → ${to}`,
  changedTime: (shift: string) => `origin time ${shift}`,
  changedEpicentre: (distance: string) => `epicentre moved ${distance}`,
  changedRegion: 'region renamed',
  changedType: (to: string) => `type: ${to}`,
  changedAuthor: (to: string) => `computed by ${to}`,
  agencyPage: (agency: string) => `This event at ${agency}`,

  drawnSome: (drawn: string, total: string) => `Drawn: the largest and newest ${drawn} of ${total}.`,
  mapStill: 'A still picture.',
  mapStillWhy: 'This map is a still picture, to spare this device.',
  mapNotLoaded: 'The map could not be loaded.',
  mapFailed: 'Does not move: this browser offers no WebGL 2.',
  mapStart: 'Start the moving map',
  mapStarting: 'Starting the map…',
  trustLiveSign: (ago: string) => `The wire is live: last sign of life ${ago}.`,
  trustNoSign: 'The wire is open, but no agency has given a sign of life yet.',
  trustQuietMagnitude: (magnitude: string, period: string) =>
    `The latest earthquake of magnitude ${magnitude} or larger reported so far was ${period} ago.`,
  trustQuietAny: (period: string) => `The latest earthquake reported so far was ${period} ago.`,
  trustBroken: 'The wire is broken at the moment. What is shown may be behind.',
  trustReplay: (dateTime: string, speed: string) =>
    `A recording is playing: it is ${dateTime} UTC there, at speed ×${speed}.`,
  trustReplayEnded: (dateTime: string) =>
    `The recording ended at ${dateTime} UTC. Nothing comes after it; started again, it begins anew.`,
  trustNothingLost: (changes: number, number: string, time: string) =>
    `At ${time} this page had been away and caught up: ${number} ${changes === 1 ? 'change' : 'changes'}, none lost.`,
  sources: 'Sources',
  sourceStates: {
    live: 'live',
    filling: 'asking for what was missed',
    connecting: 'connecting',
    waiting: 'cannot be reached',
    refused: 'cannot be read',
  },
  sourceSince: (state: string, time: string) => `${state} since ${time}`,
  sourceLastKnown: (state: string) => `last known: ${state}`,
  sourceLastMessage: 'Last message',
  sourceLastContact: 'Last sign of life',
  sourceReports: 'Reports since the start',
  sourceUnread: 'Unreadable messages',
  sourceReconnects: 'Reconnections',
  othersHere: (count: number, number: string) =>
    `and ${number} more here: click again for ${count === 1 ? 'it' : 'the next'}`,
  sourceReplayed: 'recording',
  sourcePlaying: 'playing',
  sourceReplayClock: 'Times here are of the real clock; those of earthquakes are the recording’s.',
  sourceNever: 'none yet',
  noSources: 'This server has not heard of any agency yet.',
  delays: 'How long news takes',
  delayToAgency: 'Earthquake to the first report seen here',
  delayToGateway: 'Agency to this server',
  delayToHere: 'This server to this page',
  delayTypical: (median: string, longest: string) => `usually ${median}, at most ${longest}`,
  delayUnknown: 'not known yet',
  delaysFrom: (count: number, number: string) =>
    `From the last ${number} ${count === 1 ? 'message' : 'messages'} this page knows of: the middle one and the longest.`,
  delaysLate: (count: number, number: string) =>
    `${number} ${count === 1 ? 'message was' : 'messages were'} fetched later, when a gap was filled, and not counted.`,
  shownTitle: 'What is shown',
  shownOf: (shown: string, total: string) =>
    `${shown} of the ${total} events stored here match what is chosen.`,
  shownLoading: (loaded: string, total: string) => `${loaded} of ${total} stored events are loaded so far.`,
  shownWhole: 'All stored events are loaded.',
  shownSince: (date: string) =>
    `The oldest event an agency reported to this server is of ${date}: what came before is not here.`,
  shownStarter: (count: number, number: string) =>
    `${events(count, number)} come from the starter catalogue (USGS, M 4.5 and larger, 2022–2025).`,
  shownNone: 'Agencies do not hear everything: small earthquakes far from any station are in no catalogue.',
  noticeLong:
    'This is information, not an early warning. Agencies publish minutes after an earthquake, and their first figures often change. In danger, follow your civil protection authority.',
  helpMap:
    'Each dot is an earthquake. Its size is the magnitude, its colour how long ago it was, or how deep: the legend on the map says which.',
  helpReports:
    'Agencies revise what they publish. An event shows the newest report, and lists each one before it with what it changed.',
  helpTypes: 'Magnitude types',
  magnitudeTypes: [
    ['Mw', 'from the seismic moment; also Mww, Mwb, Mwc, Mwr'],
    ['ML', 'local, after Richter'],
    ['mb', 'from body waves'],
    ['Ms', 'from surface waves'],
    ['Md', 'from the duration of the shaking'],
    ['M', 'the agency gives no type'],
  ],
  helpKeys: 'Keys',
  keyList: [
    ['↑ ↓', 'one row up or down in the list'],
    ['Page ↑ Page ↓', 'a page up or down'],
    ['Home End', 'first or last row'],
    ['Enter', 'open the row'],
    ['J K', 'next or previous earthquake while one is open'],
    ['Esc', 'close what is open'],
    ['/', 'to the filters'],
    ['L', 'to the list'],
    ['M', 'to the map; there the arrows move it, + and − zoom'],
    ['S', 'how live is this?'],
    ['?', 'this help'],
  ],
  settingScheme: 'Appearance',
  schemes: { auto: 'As the system', light: 'Light', dark: 'Dark' },
  settingUnits: 'Distances',
  units: { km: 'Kilometres', mi: 'Miles' },
  settingTimes: 'Times in the list',
  times: { ago: 'How long ago', local: 'My time', utc: 'UTC' },
  settingLanguage: 'Language',
  languageAuto: 'As the browser',
  settingKeys: 'Keyboard shortcuts',
  keysChoices: { on: 'On', off: 'Off' },
  wallDisplay: 'Wall display for a large screen',
  wallLargest: 'Largest in 24 h',
  settingsKept: 'Kept in this browser alone.',
};

export type MoreText = typeof ENGLISH_MORE;

/** The words of what is opened later, in the reader's language. */
export const moreOf = ({ more }: { readonly more: MoreText | null }): MoreText => more ?? ENGLISH_MORE;

/** "18 min 4 s" with no-break spaces before the units: none stands alone on a line. */
export function keepUnits(words: string): string {
  return words.replace(/(?<=\d) (?=(?:s|min|h|d|Tage|km|mi)(?!\p{L}))/gu, '\u00a0');
}
