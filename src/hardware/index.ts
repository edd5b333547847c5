export {
  type Candidate,
  type CandidateCodec,
  candidateCodecs,
  candidates,
  defaultOrder,
  type Family,
  families,
} from './candidates.data.ts'
export { chooseEncoder, type EncoderChoice } from './choose-encoder.ts'
export { type DetectOptions, detectMachine } from './detect-machine.ts'
