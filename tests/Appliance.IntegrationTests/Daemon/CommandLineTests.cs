using System.Text.Json.Nodes;
using Appliance.Daemon.Cli;
using Appliance.Daemon.Host.Configuration;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Daemon;

public class CommandLineTests
{
    [Fact]
    public async Task ConfigCheck_BadFile_ListsAllFaultsAndEndsWith2()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "appliance.json");
        await File.WriteAllTextAsync(file, """{"Cameras":[{"Id":"A B","Source":"x://y"}],"Mqqt":{}}""");

        var (code, text, _) = await Run("config", "check", "--config", file);
        Assert.Equal(ExitCode.Usage, code);
        foreach (var path in new[] { "Cameras[0].Id:", "Cameras[0].Source:", "Mqqt:" })
            Assert.Contains(path, text);
        Assert.Contains("did you mean Mqtt?", text);

        var (_, json, _) = await Run("config", "check", "--config", file, "--json");
        Assert.Equal(3, JsonNode.Parse(json, null, new System.Text.Json.JsonDocumentOptions())!["faults"]!.AsArray().Count);
        var (run, _, error) = await Run("run", "--config", file);
        Assert.Equal(ExitCode.Usage, run);
        Assert.Contains("Cameras[0].Id:", error);
    }

    [Fact]
    public async Task ConfigCheck_MissingFile_EndsWith2()
    {
        var (code, text, _) = await Run("config", "check", "--config", "/nonexistent/appliance.json");

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("cannot be read", text);
    }

    [Fact]
    public async Task AnyVerb_UnknownOption_EndsWith2()
    {
        var (code, _, _) = await Run("config", "check", "--bogus");

        Assert.Equal(ExitCode.Usage, code);
    }

    [Fact]
    public async Task Help_NamesTheCommandThatUsersType()
    {
        var (code, text, _) = await Run("--help");

        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("watchpost [command] [options]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Reference_InDocs_IsWhatTheProgramPrints() => Assert.True(
        ConfigReference.Write() == File.ReadAllText(Path.Combine(Checkout.Root, "docs", "appliance.json")),
        "An option or its summary changed: run './watchpost config reference > docs/appliance.json'");

    [Fact]
    public void Reference_Bound_HasNoFault() => Assert.Empty(ConfigurationFile.Parse(ConfigReference.Write()).Faults);

    [Fact]
    public void EveryOption_HasASummary()
    {
        var silent = Options(typeof(ApplianceOptions))
            .Where(property => XmlSummaries.Of(property).Length == 0)
            .Select(property => $"{property.DeclaringType!.Name}.{property.Name}");

        Assert.Empty(silent);
    }

    [Fact]
    public async Task Enroll_WithoutLegalBasis_EndsWith2()
    {
        var (code, _, error) = await Run("enroll", "/tmp", "--category", "banned");

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("--legal-basis", error);
    }

    [SharedFact]
    public async Task EnrollAndSearch_Folder_FindsThePerson()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "appliance.json");
        await File.WriteAllTextAsync(file, $$$"""{"Appliance":{"DataDirectory":"{{{folder.Path}}}/data"},"Mqtt":{"Enabled":false}}""");
        var people = Path.Combine(Checkout.Shared, "media", "watchlist");
        var enrol = Path.Combine(people, "biden");

        var (code, text, error) = await Run("enroll", enrol, "--category", "vip", "--legal-basis", "test", "--config", file, "--json");
        Assert.True(code == ExitCode.Done, text + error);
        var person = JsonNode.Parse(text, null, new System.Text.Json.JsonDocumentOptions())!["people"]![0]!;
        Assert.Equal("biden", (string)person["name"]!);

        var photo = Directory.GetFiles(enrol).Order(StringComparer.Ordinal).First();
        var (_, found, _) = await Run("search", photo, "--config", file, "--json");
        Assert.Equal((string)person["id"]!, (string)JsonNode.Parse(found, null, new System.Text.Json.JsonDocumentOptions())!["faces"]![0]!["candidates"]![0]!["person"]!);
    }

    [Fact]
    public async Task Doctor_Json_EveryCheckSaysWhatToDo()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "appliance.json");
        await File.WriteAllTextAsync(file, $$$"""
            {"Appliance":{"DataDirectory":"{{{folder.Path}}}"},"Mqtt":{"Host":"127.0.0.1","Port":9},
             "Cameras":[{"Id":"gone","Source":"/nonexistent.mp4"}],"Api":{"Listen":["https://127.0.0.1:0"]}}
            """);

        var (code, text, _) = await Run("doctor", "--config", file, "--json");

        Assert.Equal(ExitCode.Failed, code);
        var checks = JsonNode.Parse(text, null, new System.Text.Json.JsonDocumentOptions())!["checks"]!.AsArray();
        Assert.Contains(checks, check => (string)check!["name"]! == "camera gone" && (string)check["state"]! == "fail");
        Assert.Contains(checks, check => (string)check!["name"]! == "broker" && (string)check["state"]! == "warn");
        Assert.All(checks, check => Assert.True((string)check!["state"]! == "ok" || ((string)check["toDo"]!).Length > 0, check.ToJsonString()));
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.InvokeAsync(
            [new RunCommand(), new ConfigCommand(), new DoctorCommand(), new Appliance.Daemon.Cli.Watchlist.EnrollCommand(), new Appliance.Daemon.Cli.Watchlist.SearchCommand()],
            arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private static IEnumerable<System.Reflection.PropertyInfo> Options(Type section) =>
        OptionsBinder.Settable(section).Values.SelectMany(property =>
        {
            var type = OptionsBinder.ElementType(property.PropertyType) ?? property.PropertyType;
            return OptionsBinder.IsSection(type) ? Options(type).Prepend(property) : [property];
        });
}
