using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Appliance.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.IntegrationTests.Store;

/// <summary>
/// This assembly as a process that writes to a store until it is killed: started with the environment variable set, its module
/// initializer never gets to the tests. Every line it prints was acknowledged by the store before.
/// </summary>
internal sealed class WriterProcess : IDisposable
{
    private const string Variable = "WATCHPOST_TEST_STORE_WRITER";

    private readonly Process _process;

    private WriterProcess(Process process) => _process = process;

    public static WriterProcess Start(string mode, string folder)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(WriterProcess).Assembly.Location);
        start.Environment[Variable] = $"{mode} {folder}";
        return new(Process.Start(start)!);
    }

    /// <summary>Reads that many lines, kills the process (SIGKILL), returns all it managed to print.</summary>
    public async Task<List<string>> KillAfter(int lines, TimeSpan pause = default)
    {
        var read = new List<string>();
        while (read.Count < lines && await _process.StandardOutput.ReadLineAsync() is { } line)
            read.Add(line);
        Assert.Equal(lines, read.Count);
        // Where in a write the kill lands is left to chance; nothing is waited for.
        Thread.SpinWait((int)(pause.TotalMicroseconds * 10));
        _process.Kill();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            read.Add(line);
        await _process.WaitForExitAsync();
        return read;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

#pragma warning disable CA2255 // The one assembly is both the tests and the process they kill.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void RunInstead()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } command)
            return;
        var (mode, folder) = (command.Split(' ')[0], command.Split(' ')[1]);
        // On its own foreground thread: nothing of this module runs elsewhere before the initializer has returned, and the
        // generated entry point, which does nothing, must not end the process.
        new Thread(() => Run(mode, folder).GetAwaiter().GetResult()) { IsBackground = false }.Start();
    }

    private static async Task Run(string mode, string folder)
    {
        if (mode == "evidence")
            await Evidence.EvidenceFixture.RecordForever(folder, Print);
        var store = await ApplianceStore.Open(
            new() { DataDirectory = folder, Destinations = ["mqtt.native"], ReserveBytes = 0 }, TimeProvider.System, NullLoggerFactory.Instance);
        await Task.WhenAll(mode == "append" ? Enumerable.Range(0, 16).Select(_ => Append(store)) : [Rotate(store)]);
    }

    private static async Task Append(ApplianceStore store)
    {
        while (true)
        {
            var alert = await store.Alerts.Append(StoreFolder.Alert(name: "Jane"), default);
            Print(string.Create(CultureInfo.InvariantCulture, $"{alert.Seq} {alert.Id}"));
        }
    }

    private static async Task Rotate(ApplianceStore store)
    {
        while (true)
        {
            Print("rotating");
            await store.RotateKey(StoreFolder.Someone);
        }
    }

    private static void Print(string line)
    {
        lock (typeof(WriterProcess))
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }
}
