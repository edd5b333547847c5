export { type ContainerRow, containerRows } from './container-rows.data.ts'
export {
  type ContainerFinding,
  type ContainerRequest,
  checkContainer,
  containerOf,
  type MuxerRequest,
  muxerFor,
} from './containers.ts'
export { muxLanguage } from './languages.ts'
