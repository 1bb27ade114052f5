// A log with everything around it: search, filters, following, details, copy and download. Used for the bridge's log and for those of
// game servers.

import { h, put, text } from './dom.js';
import { LEVELS, LogModel, MOST_LINES, plain } from './log-model.js';
import { LogList } from './log-list.js';
import { button, checkbox, copyText, download, said, select } from './ui.js';
import { commandLine } from './ui.js';

const TYPING_MS = 120;
const ANNOUNCE_MS = 2_000;
const SOURCES_MS = 1_000;

/**
 * @param {{ label: string, levels?: boolean, file: string, older?: () => Promise<object[]>, command?: (filter: object) => string }} options
 */
export function logPane({ label, levels = true, file, older = null, command }) {
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
    let isLoadingOlder = false;
    let hasOlder = older !== null;
    let timer = 0;

    const bar = h('div.log-bar', null,
        h('div.search', { role: 'search' },
            search,
            checkbox('Regex', false, (isOn) => { filter.isRegex = isOn; apply(); }),
            checkbox('Only hits', false, (isOn) => { filter.only = isOn; apply(); }),
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
    const foot = h('div.log-foot', null, follow, counts, h('span.spring'), command === undefined ? null : footCommand());
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
            text(hits, model.pattern === null ? '' : model.hits === 1 ? '1 hit' : `${model.hits.toLocaleString('en')} hits`);
        }

        const kept = model.total.toLocaleString('en');
        text(counts, model.isFiltered ? `${model.count.toLocaleString('en')} of ${kept} lines` : `${kept} lines`);
        counts.title = `The page keeps the newest ${MOST_LINES.toLocaleString('en')} lines`
            + (model.dropped > 0 ? `; ${model.dropped.toLocaleString('en')} older ones were here before` : '');
        drawFollow();
    }

    function drawFollow() {
        follow.setAttribute('aria-pressed', list.isFollowing ? 'true' : 'false');
        follow.classList.toggle('stopped', !list.isFollowing);
        text(follow, list.isFollowing ? 'Stop following'
            : list.sinceStop === 0 ? 'Resume follow' : `Resume follow · ${list.sinceStop.toLocaleString('en')} new`);
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
        const number = list.selected;
        const line = number === null ? undefined : model.row(model.rowOf(number));
        details.hidden = line === undefined || line.number !== number;
        if (details.hidden) {
            return;
        }

        put(details,
            h('div.details-head', null, h('h2', null, 'Line'), button('Close', { object: 'details', kind: 'quiet', onclick: () => list.select(null) })),
            levels ? h('dl.details', null,
                h('dt', null, 'Time'), h('dd', null, line.time), h('dt', null, 'Level'), h('dd', null, line.level),
                h('dt', null, 'Source'), h('dd', null, line.name)) : null,
            h('pre', { tabindex: '0', 'aria-label': 'The whole line' }, line.text),
            button('Copy', { object: 'line', onclick: async () => { await copyText(plain(line)); said('The line is copied.'); } }));
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

    /** @returns {Promise<boolean>} whether there may be more */
    async function loadOlder() {
        if (isLoadingOlder || !hasOlder) {
            return hasOlder;
        }

        isLoadingOlder = true;
        try {
            const lines = await older();
            hasOlder = lines.length > 0 && model.total < 2 * MOST_LINES;
            if (lines.length > 0) {
                const before = model.count;
                model.addBefore(lines);
                list.addedBefore(model.count - before);
                drawCounts();
            }
        } catch {
            hasOlder = false;
        }

        isLoadingOlder = false;
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
    drawCounts();

    return {
        element,
        search,
        model,
        list,
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
            list.dispose();
        },
    };
}
