export { type FindLadderOptions, type FoundLadder, findLadder } from './find-ladder.ts'
export { renderLadder } from './ladder-page.ts'
