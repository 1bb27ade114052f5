// A log with everything around it: search, filters, following, details, copy and download. Used for the bridge's log and for those of
// game servers.

import { grouped, h, put, text } from './dom.js';
import { LEVELS, LogModel, MOST_LINES, plain } from './log-model.js';
import { LogList } from './log-list.js';
import { choices } from './state.js';
import { isUtc, recordTime, setUtc, zoneName } from './times.js';
import { button, checkbox, commandLine, copyText, download, said, select } from './ui.js';

const TYPING_MS = 120;
const ANNOUNCE_MS = 2_000;
const SOURCES_MS = 1_000;

/**
 * @param {{ label: string, levels?: boolean, file: string, older?: () => Promise<object[]>, linkOf?: (line: object) => string|null, command?: (filter: object) => string }} options
 */
export function logPane({ label, levels = true, file, older = null, linkOf = () => null, command }) {
    const model = new LogModel();
    const list = new LogList(model, { label, times: levels, colours: !levels });
    const search = h('input', {
        type: 'search', 'aria-label': 'Search', placeholder: 'Search  /', spellcheck: 'false', autocomplete: 'off', 'aria-keyshortcuts': '/',
        oninput: () => typed(),
        onkeydown: (event) => searchKey(event),
    });
    const hits = h('span.hits', { role: 'status' });
    const problem = h('span.problem', { role: 'alert' });
    const counts = h('span.muted');
    const follow = h('button.follow', { type: 'button', 'aria-keyshortcuts': 'G', onclick: () => list.follow(!list.isFollowing) });
    const details = h('aside.log-details', { 'aria-label': 'Details of the line', hidden: true });
    const body = h('div.log-body', null, list.element, details);
    const filter = { level: 'all', source: '', isRegex: false, only: false };
    let sourceField = h('span');
    let sourceNames = '';
    let typing = 0;
    let position = null;
    let lastError = 0;
    let announces = false;
    let loading = null;
    let hasOlder = older !== null;
    let timer = 0;
    let offset = null;
    const wrap = checkbox('Wrap', choices.get('wrap', false), (isOn) => setWrap(isOn), { keys: 'W', title: 'Break long lines (w)' });
    const utc = checkbox('UTC', isUtc(), (isOn) => setUtc(isOn), { keys: 'T', title: 'Times in UTC instead of local time (t)' });
    const onlyHits = checkbox('Only hits', false, (isOn) => { filter.only = isOn; apply(); });
    list.wraps = choices.get('wrap', false);

    const bar = h('div.log-bar', null,
        h('div.search', { role: 'search' },
            search,
            checkbox('Regex', false, (isOn) => { filter.isRegex = isOn; apply(); }),
            onlyHits,
            button('‹', { object: 'Previous hit', kind: 'quiet', title: 'Previous hit (N)', onclick: () => step(-1) }),
            button('›', { object: 'Next hit', kind: 'quiet', title: 'Next hit (n)', onclick: () => step(1) }),
            hits, problem),
        levels ? h('div.filters', null,
            select('Level', [['all', 'all'], ...LEVELS.slice(1).map((level) => [level, level.toLowerCase()])], 'all', (value) => {
                filter.level = value;
                apply();
            }), sourceField) : null,
        h('div.log-actions', null,
            levels ? h('button.button.quiet', { type: 'button', 'aria-pressed': 'false', onclick: (event) => announce(event.currentTarget) }, 'Announce errors') : null,
            button('Copy', { object: 'what is shown', kind: 'quiet', onclick: () => copy() }),
            button('Download raw', { kind: 'quiet', onclick: () => download(file, model.text()) })));
    const foot = h('div.log-foot', null, follow, counts, wrap, levels ? utc : null, h('span.spring'), command === undefined ? null : footCommand());
    const element = h('div.log-pane', null, bar, body, foot);

    function footCommand() {
        const holder = h('div.foot-command');
        put(holder, commandLine(command(filter, ''), 'Command line'));
        return holder;
    }

    function typed() {
        clearTimeout(typing);
        typing = setTimeout(apply, TYPING_MS);
    }

    function apply() {
        clearTimeout(typing);
        const top = list.topLine;
        text(problem, '');
        model.filter({
            level: filter.level === 'all' ? 0 : LEVELS.indexOf(filter.level),
            source: filter.source === '' ? null : filter.source,
            pattern: patternOf(search.value),
            only: filter.only,
        });
        if (model.isTooSlow) {
            text(problem, 'This pattern takes too long: make it simpler.');
        }

        position = null;
        list.changed(top);
        drawCounts();
        if (command !== undefined) {
            put(foot.querySelector('.foot-command'), commandLine(command(filter, search.value), 'Command line'));
        }
    }

    function patternOf(value) {
        if (value === '') {
            return null;
        }

        try {
            return new RegExp(filter.isRegex ? value : value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
        } catch (error) {
            text(problem, error.message.replace(/^Invalid regular expression: /, 'The pattern cannot be used: '));
            return null;
        }
    }

    /** A line that a link names is shown also where a filter would hide it. */
    function filterOff(line) {
        if (model.row(model.rowOf(line.number)) === line) {
            return;
        }

        [filter.level, filter.source, filter.only] = ['all', '', false];
        onlyHits.querySelector('input').checked = false;
        bar.querySelectorAll('select').forEach((field) => { field.selectedIndex = 0; });
        apply();
    }

    function searchKey(event) {
        if (event.key === 'Enter') {
            event.preventDefault();
            apply();
            step(event.shiftKey ? -1 : 1);
        } else if (event.key === 'Escape') {
            event.stopPropagation();
            if (search.value === '') {
                list.element.focus();
            } else {
                search.value = '';
                apply();
            }
        }
    }

    function step(direction) {
        const hit = model.hitBeside(position ?? (direction > 0 ? list.topLine - 1 : Number.MAX_SAFE_INTEGER), direction);
        if (hit !== null) {
            position = hit.number;
            list.reveal(hit.number);
            text(hits, `${hit.index + 1} of ${model.hits}`);
        }
    }

    function drawCounts() {
        if (position === null) {
            text(hits, model.pattern === null ? '' : model.hits === 1 ? '1 hit' : `${grouped(model.hits)} hits`);
        }

        const kept = grouped(model.total);
        text(counts, model.isFiltered ? `${grouped(model.count)} of ${kept} lines` : `${kept} lines`);
        counts.title = `The page keeps the newest ${grouped(MOST_LINES)} lines`
            + (model.dropped > 0 ? `; ${grouped(model.dropped)} older ones were here before` : '');
        drawFollow();
    }

    function drawFollow() {
        follow.setAttribute('aria-pressed', list.isFollowing ? 'true' : 'false');
        follow.classList.toggle('stopped', !list.isFollowing);
        text(follow, list.isFollowing ? 'Stop following'
            : list.sinceStop === 0 ? 'Resume follow' : `Resume follow · ${grouped(list.sinceStop)} new`);
    }

    function drawSources() {
        timer = 0;
        const names = [...model.sources.keys()].sort();
        if (names.join('\n') === sourceNames || sourceField.contains(document.activeElement)) {
            return;
        }

        sourceNames = names.join('\n');
        const field = select('Source', [['', 'all'], ...names.map((name) => [name, name])], filter.source, (value) => {
            filter.source = value;
            apply();
        });
        sourceField.replaceWith(field);
        sourceField = field;
    }

    function drawDetails() {
        const line = selectedLine();
        details.hidden = line === undefined;
        if (details.hidden) {
            return;
        }

        put(details,
            h('div.details-head', null, h('h2', null, 'Line'), button('Close', { object: 'details', kind: 'quiet', onclick: () => list.select(null) })),
            levels ? h('dl.details', null,
                h('dt', null, 'Time'), h('dd', null, `${recordTime(line.time, offset)} `, h('span.muted', null, offset === null ? '' : zoneName())), h('dt', null, 'Level'), h('dd', null, line.level),
                h('dt', null, 'Source'), h('dd', null, line.name)) : null,
            h('pre', { tabindex: '0', 'aria-label': 'The whole line' }, line.text),
            h('div.details-actions', null,
                button('Copy', { object: 'line', onclick: async () => { await copyText(plain(line)); said('The line is copied.'); } }),
                linkOf(line) === null ? null : button('Copy link', { object: 'to the line', title: 'Copy a link to this line (l)', keys: 'L', onclick: () => void copyLink(line) })),
            linkOf(line) === null ? null : h('a.line-link', { href: linkOf(line) }, 'Link to this line'));
    }

    async function copyLink(line) {
        await copyText(new URL(linkOf(line), location.href).href);
        said('The link to the line is copied.');
    }

    function selectedLine() {
        const line = list.selected === null ? undefined : model.row(model.rowOf(list.selected));
        return line?.number === list.selected ? line : undefined;
    }

    function setWrap(isOn) {
        choices.set('wrap', isOn);
        dispatchEvent(new Event('wrap'));
    }

    function onWrap() {
        const isOn = choices.get('wrap', false);
        wrap.querySelector('input').checked = isOn;
        list.wraps = isOn;
    }

    function onZone() {
        utc.querySelector('input').checked = isUtc();
        list.redraw();
        drawDetails();
    }

    async function copy() {
        await copyText(model.text());
        said(`${model.count} lines are copied.`);
    }

    function announce(toggle) {
        announces = !announces;
        toggle.setAttribute('aria-pressed', announces ? 'true' : 'false');
        said(announces ? 'Errors are announced.' : 'Errors are no longer announced.');
    }

    /**
     * Puts older lines before the others.
     * @param {number} count about how many
     * @returns {Promise<boolean>} whether there may be more
     */
    async function loadOlder(count) {
        if (!hasOlder) {
            return false;
        }

        loading ??= fetchOlder(count);
        return await loading;
    }

    async function fetchOlder(count) {
        try {
            const lines = await older(count);
            hasOlder = lines.length > 0 && model.total < 2 * MOST_LINES;
            if (lines.length > 0) {
                model.addBefore(lines);
                list.addedBefore();
                drawCounts();
            }
        } catch {
            hasOlder = false;
        }

        loading = null;
        return hasOlder;
    }

    list.addEventListener('follow', drawFollow);
    list.addEventListener('select', drawDetails);
    list.addEventListener('top', () => void loadOlder());
    list.addEventListener('source', ({ detail }) => {
        filter.source = filter.source === detail ? '' : detail;
        sourceNames = '\0';
        drawSources();
        apply();
    });
    addEventListener('zone', onZone);
    addEventListener('wrap', onWrap);
    drawCounts();

    return {
        element,
        search,
        model,
        list,
        /** The line that is chosen; undefined for none. */
        get selected() {
            return selectedLine();
        },
        add(lines) {
            const before = model.count;
            const gone = model.add(lines);
            list.added(model.count - before + gone, gone);
            drawCounts();
            if (timer === 0 && levels) {
                timer = setTimeout(drawSources, sourceNames === '' ? 0 : SOURCES_MS);
            }

            const now = performance.now();
            if (announces && now - lastError > ANNOUNCE_MS) {
                const error = lines.findLast((line) => line.rank >= 3 && line.mark !== true);
                if (error !== undefined) {
                    lastError = now;
                    said(`${error.level}: ${error.text.slice(0, 200)}`);
                }
            }
        },
        clear() {
            model.clear();
            list.changed();
            drawCounts();
        },
        /** By how many minutes the times of the records are ahead of UTC. */
        set offset(minutes) {
            offset = minutes;
            list.offset = minutes;
        },
        /** Shows a line and its details. */
        open(line) {
            filterOff(line);
            list.reveal(line.number);
            list.select(line.number);
            list.element.focus({ preventScroll: true });
        },
        step,
        loadOlder,
        key(name) {
            switch (name) {
                case '/': search.focus(); search.select(); return true;
                case 'n': step(1); return true;
                case 'N': step(-1); return true;
                case 'g': list.follow(false); list.element.scrollTop = 0; list.element.focus(); return true;
                case 'G':
                case 'End': list.follow(true); list.element.focus(); return true;
                case 'p': list.follow(!list.isFollowing); return true;
                case 'w': setWrap(!list.wraps); said(list.wraps ? 'Long lines are broken.' : 'Each line is on one line.'); return true;
                case 't': levels && setUtc(!isUtc()); levels && said(`Times are in ${zoneName()}.`); return levels;
                case 'l': {
                    const line = selectedLine();
                    if (line === undefined || linkOf(line) === null) {
                        return false;
                    }

                    void copyLink(line);
                    return true;
                }

                case 'Escape':
                    if (list.selected !== null) {
                        list.select(null);
                        return true;
                    }

                    return false;
                default: return false;
            }
        },
        dispose() {
            clearTimeout(typing);
            clearTimeout(timer);
            removeEventListener('zone', onZone);
            removeEventListener('wrap', onWrap);
            list.dispose();
        },
    };
}
