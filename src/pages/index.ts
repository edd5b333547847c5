export { type ReportPage, renderPage } from './document.ts'
export * from './format.ts'
export { escapeHtml, fileHref, type Html, type HtmlValue, html, trusted } from './html.ts'
export {
  type Fact,
  factTable,
  orDash,
  scrollTable,
  section,
  sortChecks,
  statusMark,
  statusOrder,
  statusText,
  swatch,
  worstStatus,
} from './parts.ts'
