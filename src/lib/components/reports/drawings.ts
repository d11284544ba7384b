/**
 * What draws charts. Import it when one is about to be drawn: it weighs as much as all the rest of a
 * page, and whoever reads a report has its numbers and tables before it is there.
 */
export { BarChart, Calendar, Chart, LineChart, Svg } from 'layerchart';
