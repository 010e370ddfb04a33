export { BadEvent, type BadEventCode } from './bad-event.ts';
export { eventBlock } from './event-block.ts';
export type { EventSink } from './event-sink.ts';
export { eventSchema } from './member-forms.ts';
export { createNormaliser, type EventNormaliser, type NormaliserContext } from './normaliser.ts';
export type { InternalEvent, PostedEvent } from './posted-event.ts';
export type { DayHash, PrivateEvent } from './private-event.ts';
