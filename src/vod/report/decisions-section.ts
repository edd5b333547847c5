// Why the plan is as it is: each choice with its reason, grouped by what it is about.

import type { Choice, Report } from '../../model/index.ts'
import { formatCount, type Html, html, plural, scrollTable, section } from '../../pages/index.ts'

type Group = { readonly key: string; readonly title: string; readonly choices: Choice[] }

/** `video.renditions.v720.level` is about `v720`; `video.gopFrames` about the video; the rest is the name inside. */
function place(report: Report, choice: Choice): { key: string; title: string; name: string } {
  const parts = choice.what.split('.')
  const [first = '', second = ''] = parts
  if (first === 'video' && second === 'renditions' && parts.length > 3) {
    const id = parts[2]!
    const rung = report.plan.video?.renditions.find(rendition => rendition.id === id)
    const size = rung ? `, ${rung.width}×${rung.height}` : ''
    return { key: `video.renditions.${id}`, title: `Rendition ${id}${size}`, name: parts.slice(3).join('.') }
  }
  const sound = first === 'audio' ? report.plan.audio.find(rendition => parts.includes(rendition.id)) : undefined
  if (sound)
    return {
      key: `audio.${sound.id}`,
      title: `Audio ${sound.id}, ${sound.label}`,
      name: parts.slice(parts.indexOf(sound.id) + 1).join('.') || choice.what,
    }
  if (parts.length === 1) return { key: 'general', title: 'General', name: choice.what }
  return { key: first, title: first.charAt(0).toUpperCase() + first.slice(1), name: parts.slice(1).join('.') }
}

function row(name: string, choice: Choice): Html {
  return html`<tr data-filter title="${choice.what}"><th scope="row"><code>${name}</code></th><td><code>${choice.pick}</code></td><td>${choice.because}${choice.over && choice.over.length > 0 && html`<small>rather than ${choice.over.join(', ')}</small>`}</td></tr>`
}

/** Choices by group, groups in order of first appearance. */
export function groupChoices(report: Report): Group[] {
  const groups = new Map<string, Group>()
  for (const choice of report.plan.choices) {
    const { key, title } = place(report, choice)
    const group = groups.get(key) ?? { key, title, choices: [] }
    group.choices.push(choice)
    groups.set(key, group)
  }
  return [...groups.values()]
}

export function decisionsSection(report: Report): Html {
  const { choices } = report.plan
  if (choices.length === 0) return html``
  const head = html`<tr><th scope="col">What</th><th scope="col">Choice</th><th scope="col">Because</th></tr>`
  const groups = groupChoices(report).map(
    (group, i) =>
      html`<details class="group"${i === 0 && html` open`}><summary>${group.title} <span class="count">${formatCount(group.choices.length)}</span></summary>${scrollTable(
        `Decisions: ${group.title}`,
        head,
        group.choices.map(choice => row(place(report, choice).name, choice)),
        'decisions',
      )}</details>`,
  )
  return section(
    'decisions',
    'Decisions',
    `${plural(choices.length, 'choice')} of the plan, each with its reason.`,
    html`<div class="tools"><label class="search">Search decisions <input type="search" data-filters="decisions" autocomplete="off" spellcheck="false"></label><button type="button" data-toggle-all="decisions">Open all</button><output aria-live="polite"></output></div>
${groups}`,
  )
}
