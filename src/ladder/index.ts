export { type TableRung, tableRungs } from './fixed-ladder.data.ts'
export { type LadderRequest, planFixedLadder, type Rung } from './fixed-ladder.ts'
