using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Inference;

/// <summary>The verbs about models, each in a process and a home of its own.</summary>
public class ModelCommandTests
{
    /// <summary>
    /// The library writes a database and a log from its first session on unless it is told not to before it is loaded. Our variable is
    /// taken from the child, so it is the product that has to say so.
    /// </summary>
    [SharedFact]
    public void ModelsList_LoadsTheLibrary_LeavesNoTelemetryFiles()
    {
        var home = Directory.CreateTempSubdirectory("watchpost-home");
        try
        {
            var json = Run(home, out var process, "models", "list", "--check", "--json");

            using var result = JsonDocument.Parse(json);
            Assert.Equal(2, result.RootElement.GetProperty("loaded").GetArrayLength());
            Assert.Empty(home.GetFiles("*", SearchOption.AllDirectories));
            Assert.False(File.Exists($"/tmp/mat-debug-{process}.log"));
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    [SharedFact]
    public void EvalDetect_AnnotatedGroups_FindsEveryFaceAndNothingElse()
    {
        var json = Run("eval", "detect", "--images", Path.Combine(Checkout.Shared, "media", "group"), "--json");

        using var result = JsonDocument.Parse(json);
        Assert.Equal(1, result.RootElement.GetProperty("recall").GetDouble());
        Assert.Equal(1, result.RootElement.GetProperty("precision").GetDouble());
        Assert.InRange(result.RootElement.GetProperty("noseError").GetDouble(), 0.01, 0.15);
    }

    /// <summary>The whole list takes minutes (measured figures are in the README); the first pairs of each fold show that it works.</summary>
    [SharedFact]
    public void EvalVerify_SomePairsOfEachFold_TellsPersonsApart()
    {
        var zip = Path.Combine(Checkout.Shared, "media", "lfw_dev.zip");
        var list = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(list, SomePairs(zip));

            using var result = JsonDocument.Parse(Run("eval", "verify", "--pairs", list, "--images", zip, "--json"));

            Assert.Equal(72, result.RootElement.GetProperty("pairs").GetInt32());
            Assert.Equal(3, result.RootElement.GetProperty("folds").GetInt32());
            Assert.True(result.RootElement.GetProperty("accuracy").GetDouble() > 0.95);
            Assert.Empty(result.RootElement.GetProperty("photosWithoutFace").EnumerateArray());
        }
        finally
        {
            File.Delete(list);
        }
    }

    private static IEnumerable<string> SomePairs(string zip)
    {
        using var archive = ZipFile.OpenRead(zip);
        using var reader = new StreamReader(archive.GetEntry("pairs.csv")!.Open());
        var header = reader.ReadLine()!;
        var pairs = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return pairs.GroupBy(pair => pair[^4..]).SelectMany(kind => kind.Take(12)).Prepend(header);
    }

    private static string Run(params string[] arguments)
    {
        var home = Directory.CreateTempSubdirectory("watchpost-home");
        try
        {
            return Run(home, out _, arguments);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    private static string Run(DirectoryInfo home, out int processId, params string[] arguments)
    {
        var daemon = Path.Combine(AppContext.BaseDirectory, "Appliance.Daemon.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in new[] { "exec", daemon }.Concat(arguments))
            start.ArgumentList.Add(argument);
        start.Environment.Remove("ORT_DISABLE_TELEMETRY");
        start.Environment["HOME"] = home.FullName;
        start.Environment["WATCHPOST_ROOT"] = Checkout.Root;
        using var process = Process.Start(start)!;
        processId = process.Id;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        return output;
    }
}
