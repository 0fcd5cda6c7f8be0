using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Appliance.IntegrationTests.Evidence.Page;

/// <summary>
/// The distribution's Chromium, headless, without any network: no name resolves, no connection is made, and what a page asks for is
/// kept. One for all tests of a class.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";

    // A loaded machine takes its time; a page that hangs still ends the test.
    private const float PatienceMs = 120_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IBrowserContext? _context;

    /// <summary>Null: it can be started.</summary>
    public static string? WhyNot => File.Exists(Program) ? null : $"needs {Program} (build/setup.sh installs it)";

    public async Task InitializeAsync()
    {
        if (WhyNot is not null)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            // Root in a container has no sandbox; /dev/shm may be small there.
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND"],
            Timeout = PatienceMs,
        });
    }

    /// <summary>A page of its own context, offline; the one before is closed.</summary>
    /// <param name="asked">Receives each address that the page asks for, on a thread of the browser's connection.</param>
    public async Task<IPage> Page(ConcurrentQueue<string> asked)
    {
        if (_context is not null)
            await _context.DisposeAsync();
        _context = await _browser!.NewContextAsync(new() { Offline = true });
        _context.SetDefaultTimeout(PatienceMs);
        var page = await _context.NewPageAsync();
        page.Request += (_, request) => asked.Enqueue(request.Url);
        return page;
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
