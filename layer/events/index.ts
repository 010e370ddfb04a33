export type { EventSink } from './event-sink.ts';
export type { DayHash, PrivateEvent } from './private-event.ts';
