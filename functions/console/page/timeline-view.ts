import { badge } from './badges.ts'
import { icon } from './icons.ts'
import { html, nothing, type TemplateResult } from './lit-html.js'
import { formatSeconds } from './quantities.ts'
import { moment } from './texts.ts'
import { arrangeSteps, meaningOf, type TimedStep, type Timeline, titleOf, wholeDuration } from './timeline.ts'
import { explainReason } from './transaction.ts'

/** What became of a transaction, step by step, and how long each took. */
export function timelineView({ steps }: Timeline, now: Date): TemplateResult {
  const whole = wholeDuration(steps)
  return html`
    <p class="whole">
      ${whole === undefined ? 'Its story has begun.' : html`${formatSeconds(whole / 1000)} from the first step to the last known`}
    </p>
    <ol class="timeline">
      ${arrangeSteps(steps).map(step => stepView(step, now))}
    </ol>
  `
}

const SIGNS = { done: 'check', waiting: 'clock', unknown: 'question' } as const

function stepView(step: TimedStep, now: Date): TemplateResult {
  const { state, afterMilliseconds } = step
  return html`<li class="step ${state}">
    <span class="sign">${icon(SIGNS[state])}</span>
    <div class="step-body">
      <p class="step-title">
        ${titleOf(step)} ${step.status === undefined ? nothing : badge(step.status)}
      </p>
      <p class="step-meaning">${step.reason === undefined ? meaningOf(step) : explainReason(step.reason)}</p>
    </div>
    <p class="step-time">
      ${whenOf(step, now)}
      ${afterMilliseconds === undefined ? nothing : html`<span class="step-after">+${formatSeconds(afterMilliseconds / 1000)}</span>`}
    </p>
  </li>`
}

function whenOf({ state, at }: TimedStep, now: Date): unknown {
  if (at !== undefined) return moment(at, now, 'milliseconds')
  return state === 'waiting' ? 'waiting' : 'done; when is not known'
}
