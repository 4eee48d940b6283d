using System.Security.Cryptography;
using System.Text;

namespace DynamoCosmos.Report;

/// <summary>How the report looks: in light and dark as the reader's system has it, and on paper.</summary>
internal static class ReportStyle
{
    internal const string Sheet = """
        :root{color-scheme:light dark;--bg:#f4f6f9;--card:#fff;--text:#171a21;--muted:#59616e;--line:#e2e6ec;--soft:#eef2f7;--accent:#2f6bea;--second:#0d8f7d;--third:#8a5cd6;--fourth:#c96a10;--ok:#14784a;--ok-bg:#e3f5eb;--warn:#945a00;--warn-bg:#fdf1dc;--bad:#b7203a;--bad-bg:#fde8eb;--note:#3d5a80;--note-bg:#e6eef8;--hero:linear-gradient(120deg,#14213d,#24478f 60%,#1e7d86);--hero-text:#fff;--hero-muted:#d5e0f5}
        @media (prefers-color-scheme:dark){:root{--bg:#0e1116;--card:#161a21;--text:#e9ebef;--muted:#9ba5b3;--line:#2a303a;--soft:#1e242d;--accent:#74a3ff;--second:#43cdb6;--third:#b795f5;--fourth:#f2a355;--ok:#57cc92;--ok-bg:#12301f;--warn:#f1b753;--warn-bg:#33260d;--bad:#ff8391;--bad-bg:#3a151b;--note:#9dbbe4;--note-bg:#182536;--hero:linear-gradient(120deg,#0f1830,#1b3262 60%,#155058);--hero-text:#f5f8ff;--hero-muted:#b5c4e2}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--text);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans",sans-serif;-webkit-print-color-adjust:exact;print-color-adjust:exact}
        header{background:var(--hero);color:var(--hero-text);padding:44px 0 92px}
        main,.in{max-width:1080px;margin:0 auto;padding:0 24px}
        main{margin-top:-64px;padding-bottom:48px}
        h1{font-size:30px;line-height:1.2;margin:0 0 6px;letter-spacing:-.02em}
        h2{font-size:20px;margin:40px 0 14px;letter-spacing:-.01em}
        h3{font-size:15px;margin:0 0 4px}
        h3.more{margin-top:24px}
        header p{margin:0;color:var(--hero-muted);overflow-wrap:anywhere}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:14px}
        .tile,.card{background:var(--card);border:1px solid var(--line);border-radius:14px;box-shadow:0 1px 2px rgb(16 24 40/.05),0 4px 16px rgb(16 24 40/.04)}
        .tile{padding:15px 17px}
        .tile b{display:block;white-space:nowrap;font-size:22px;line-height:1.25;font-weight:650;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
        .tile span{color:var(--muted);font-size:13px}
        .card{padding:20px 22px;margin-bottom:16px}
        .pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(400px,1fr));gap:16px}
        .pair>.card{margin-bottom:0}
        .sub{color:var(--muted);font-size:13px;margin:0 0 12px;overflow-wrap:anywhere}
        .card>.sub:last-child{margin-bottom:0}
        .find{display:grid;grid-template-columns:96px 1fr;gap:4px 14px;padding:12px 0;border-top:1px solid var(--line)}
        .find:first-of-type{border-top:0;padding-top:0}
        .find p{margin:0;overflow-wrap:anywhere}
        .tag{display:inline-block;justify-self:start;align-self:start;border-radius:99px;padding:2px 11px;font-size:12px;font-weight:600}
        .Critical,.failed{color:var(--bad);background:var(--bad-bg)}
        .Warning{color:var(--warn);background:var(--warn-bg)}
        .Notice{color:var(--note);background:var(--note-bg)}
        .passed{color:var(--ok);background:var(--ok-bg)}
        .verdict{display:flex;gap:18px;align-items:center;margin-bottom:14px}
        .verdict .mark{font-size:30px;width:60px;height:60px;border-radius:50%;display:grid;place-items:center;flex:none}
        .verdict b{font-size:20px}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums}
        caption{text-align:left;color:var(--muted);font-size:13px;padding-bottom:8px}
        th,td{text-align:left;padding:7px 10px 7px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
        th{font-weight:600;color:var(--muted);white-space:nowrap}
        td.n,th.n{text-align:right;white-space:nowrap;overflow-wrap:normal}
        tbody tr:last-child>*{border-bottom:0}
        tr.chosen td{font-weight:650;background:var(--soft)}
        code,pre{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
        pre{background:var(--soft);border-radius:10px;padding:12px 14px;white-space:pre-wrap;overflow-wrap:anywhere;margin:0}
        svg{display:block;width:100%;height:auto;overflow:visible}
        svg text{fill:var(--muted);font:11.5px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums}
        svg .v{fill:var(--text)}
        .grid{stroke:var(--line);stroke-width:1}
        .a{fill:var(--accent)}.b{fill:var(--second)}.c{fill:var(--third)}.d{fill:var(--fourth)}.e{fill:var(--muted)}.r{fill:var(--bad)}.g{fill:var(--ok)}.w{fill:var(--warn)}.k{fill:var(--soft)}
        .la{fill:none;stroke:var(--accent);stroke-width:2.2;stroke-linejoin:round}
        .fa{fill:var(--accent);opacity:.13}
        .may{fill:var(--accent);opacity:.3}
        .keys{display:flex;flex-wrap:wrap;gap:4px 18px;color:var(--muted);font-size:13px;margin:10px 0 0;padding:0;list-style:none}
        .keys+.sub{margin-top:10px}
        .keys svg{display:inline-block;width:11px;height:11px;margin-right:6px}
        footer{color:var(--muted);font-size:12.5px;margin-top:36px}
        @media (max-width:520px){.pair{grid-template-columns:1fr}.find{grid-template-columns:1fr}}
        @page{margin:14mm}
        @media print{:root{color-scheme:light;--bg:#fff;--card:#fff;--text:#000;--muted:#444;--line:#ccc;--soft:#f2f2f2;--accent:#2f6bea;--second:#0d8f7d;--third:#8a5cd6;--fourth:#c96a10;--ok:#14784a;--ok-bg:#e3f5eb;--warn:#945a00;--warn-bg:#fdf1dc;--bad:#b7203a;--bad-bg:#fde8eb;--note:#3d5a80;--note-bg:#e6eef8;--hero:none;--hero-text:#000;--hero-muted:#444}body{font-size:11pt}header{padding:0 0 12px}main{margin-top:0}main,.in{max-width:none;padding:0}.tile,.card{box-shadow:none;break-inside:avoid}.tall{break-inside:auto}h2{break-after:avoid}tr{break-inside:avoid}.scroll{overflow:visible}}
        """;

    /// <summary>The page's policy lets this sheet in and nothing else.</summary>
    internal static string Hash { get; } = "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Sheet)));
}
