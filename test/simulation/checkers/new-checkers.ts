import { TheChainHolds, TheLogMakesTheStore, TheLogTellsTheDisk } from './audit.ts'
import {
  AskedBeforeTheGateOpens,
  EveryAttemptIsRecorded,
  EveryOrderOfOursIsKnown,
  KnownBeforeTheGateOpens,
  MarkedBeforeTheWire,
  NoBlindRepeat,
  NotAfterItsTime,
} from './departures.ts'
import {
  AcknowledgedHasItsEffect,
  AnsweredMeansDurable,
  NothingIsToldTooEarly,
  NothingLeavesOnABadStore,
  OneCommitCarriesItAll,
  RecoveryRepeatsItself,
  WhatWasToldStays,
} from './durability.ts'
import { AlarmsComeSoon, EverythingIsDelivered, InTheirOrder } from './events.ts'
import {
  EachExecutionOnce,
  FilledOnlyGrows,
  FillsMakeTheFilled,
  NoFillIsLost,
  OnlyPublishedTransitions,
  OnlyTradesFill,
} from './fills.ts'
import { NamesAreInjective, OncePerIntent, OnceUnderOneId, OneOrderASignal, SameBytesEveryTime } from './identity.ts'
import { LeftAloneWhenAsked } from './left-alone.ts'
import {
  CancelsDoNotWait,
  HaltedMeansNothingLeaves,
  NoMoreOutThanIn,
  TheSwitchIsOnDisk,
  WithinTheBudget,
  WithinTheLimits,
} from './limits.ts'
import { EveryOrderComesToRest, SilentStreamsAreReplaced, TheOutboxIsEmpty } from './liveness.ts'
import {
  BooksFoldFromZero,
  BooksFoldFromZeroAtRest,
  NeverMoreThanAsked,
  PlainDigitsOnTheWire,
  PositionIsTheSumOfFills,
  PositionsAgreeWithTheVenue,
} from './money.ts'
import { PerfectKnowledge } from './perfect-knowledge.ts'
import {
  AccountsDoNotCross,
  ModesDoNotMix,
  OneConfigurationADecision,
  OnlyTheOwnerSends,
  TheDecisionStays,
} from './process.ts'
import { Reading } from './reading.ts'
import {
  AbsenceTakesItsTime,
  AgreesWithTheVenue,
  AverageIsExact,
  DoubtIsAlarmed,
  EveryStateHasItsEvidence,
  RefusedMeansAbsent,
  StrangersAreLeftAlone,
} from './truth.ts'
import type { CountingChecker } from './watch.ts'

/** A set for one seed: they remember what they saw. A look is one `Evidence` object, given to all of them. */
export function newCheckers(): readonly CountingChecker[] {
  const reading = new Reading()
  return ALL.map((Checker) => new Checker(reading))
}

const ALL: readonly (new (reading: Reading) => CountingChecker)[] = [
  OnceUnderOneId,
  OncePerIntent,
  MarkedBeforeTheWire,
  NamesAreInjective,
  EveryAttemptIsRecorded,
  NoBlindRepeat,
  SameBytesEveryTime,
  OneOrderASignal,
  NotAfterItsTime,
  KnownBeforeTheGateOpens,
  AskedBeforeTheGateOpens,
  EveryOrderOfOursIsKnown,
  EveryStateHasItsEvidence,
  RefusedMeansAbsent,
  AbsenceTakesItsTime,
  AgreesWithTheVenue,
  AverageIsExact,
  DoubtIsAlarmed,
  StrangersAreLeftAlone,
  OnlyPublishedTransitions,
  EachExecutionOnce,
  FillsMakeTheFilled,
  NoFillIsLost,
  FilledOnlyGrows,
  PositionIsTheSumOfFills,
  PositionsAgreeWithTheVenue,
  BooksFoldFromZero,
  BooksFoldFromZeroAtRest,
  OnlyTradesFill,
  OneCommitCarriesItAll,
  RecoveryRepeatsItself,
  NothingLeavesOnABadStore,
  PlainDigitsOnTheWire,
  NeverMoreThanAsked,
  EverythingIsDelivered,
  InTheirOrder,
  TheChainHolds,
  TheLogTellsTheDisk,
  TheLogMakesTheStore,
  NothingIsToldTooEarly,
  WhatWasToldStays,
  OnlyTheOwnerSends,
  AnsweredMeansDurable,
  AcknowledgedHasItsEffect,
  OneConfigurationADecision,
  TheDecisionStays,
  WithinTheLimits,
  NoMoreOutThanIn,
  WithinTheBudget,
  LeftAloneWhenAsked,
  HaltedMeansNothingLeaves,
  TheSwitchIsOnDisk,
  CancelsDoNotWait,
  AlarmsComeSoon,
  EveryOrderComesToRest,
  TheOutboxIsEmpty,
  SilentStreamsAreReplaced,
  ModesDoNotMix,
  AccountsDoNotCross,
  PerfectKnowledge,
]
