// Which of the independent tools this machine has.
import { spawnSync } from 'node:child_process'

/** Whether `name` starts; such tests skip, visibly, where it does not. */
export function hasTool(name: string): boolean {
  return !spawnSync(name, ['-version'], { stdio: 'ignore' }).error
}
