import type { Backlog, Figures } from './figures.ts'
import { html, nothing, svg, type TemplateResult } from './lit-html.js'
import { countOf, formatCount, formatSeconds } from './quantities.ts'

/** As many as the panel has room for. */
const MOST_GROUPS = 6

/** What waits in each ordering group, the longest wait first. */
export function backlogPanel(figures: Figures | undefined, whyEmpty: string): TemplateResult {
  const { pending, untoldBatches = 0 } = figures ?? {}
  return html`<section class="panel">
    <h3>
      Backlog by ordering group
      ${untoldBatches === 0 ? nothing : html`<span class="aside">${countOf(untoldBatches, 'batch', 'batches')} untold</span>`}
    </h3>
    ${pending === undefined ? room(whyEmpty) : groupsTable(pending)}
  </section>`
}

function room(text: string): TemplateResult {
  return html`<p class="room">${text}</p>`
}

function groupsTable({ groups }: Backlog): TemplateResult {
  if (groups.length === 0) return room('No group has anything pending.')
  const sorted = [...groups].sort((one, other) => other.oldestSeconds - one.oldestSeconds)
  const most = Math.max(...groups.map(({ transactions }) => transactions))
  const left = sorted.length - MOST_GROUPS
  return html`<table class="rows">
      <caption class="unseen">Pending transactions of each ordering group, the longest wait first</caption>
      <thead>
        <tr>
          <th scope="col">Group</th>
          <th scope="col"><span class="unseen">Share of the largest</span></th>
          <th scope="col" class="number">Pending</th>
          <th scope="col" class="number" aria-sort="descending">Oldest</th>
        </tr>
      </thead>
      <tbody>
        ${sorted.slice(0, MOST_GROUPS).map(
          ({ group, transactions, oldestSeconds }) => html`<tr>
            <th scope="row">${group}</th>
            <td class="bar-cell">${bar(transactions / Math.max(1, most))}</td>
            <td class="number">${formatCount(transactions)}</td>
            <td class="number">${formatSeconds(oldestSeconds)}</td>
          </tr>`,
        )}
      </tbody>
    </table>
    ${left > 0 ? html`<p class="more">and ${left} more</p>` : nothing}`
}

function bar(share: number): TemplateResult {
  return html`<svg class="bar-line" aria-hidden="true">
    ${svg`<rect class="bar-ground" width="100%" height="100%" rx="2" />
    <rect class="bar-fill" width=${`${Math.max(1, share * 100)}%`} height="100%" rx="2" />`}
  </svg>`
}
