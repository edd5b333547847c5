export { type CheckOptions, checkPresentation, checkWith } from './check-presentation.ts'
export type { Resource, ResourceReader, Wanted } from './resource.ts'
