export { type LadderRequest, planFixedLadder, type Rung } from './fixed-ladder.ts'
