using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Appliance.Daemon.Cli;

/// <summary>Where a verb says what it found: a table for people, or JSON when <c>--json</c> was given.</summary>
internal sealed class CliOutput
{
    private static readonly JsonSerializerOptions s_indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private static readonly JsonSerializerOptions s_line = new(s_indented) { WriteIndented = false };

    private readonly TextWriter _output;
    private readonly TextWriter _error;

    public CliOutput(bool json, TextWriter output, TextWriter error)
    {
        IsJson = json;
        _output = output;
        _error = error;
        var redirected = System.Console.IsOutputRedirected || output != System.Console.Out;
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        if (redirected)
            Console.Profile.Width = 160;
    }

    public bool IsJson { get; }

    /// <summary>For tables and colours; not to be used when <see cref="IsJson"/>.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>The result: <paramref name="result"/> as one JSON document, or whatever <paramref name="forPeople"/> draws.</summary>
    public void Write<T>(T result, Action<IAnsiConsole> forPeople)
    {
        if (IsJson)
            _output.WriteLine(JsonSerializer.Serialize(result, s_indented));
        else
            forPeople(Console);
    }

    /// <summary>One of many results: a line of NDJSON, or a line of text.</summary>
    public void WriteLine<T>(T item, string forPeople)
    {
        if (IsJson)
            _output.WriteLine(JsonSerializer.Serialize(item, s_line));
        else
            _output.WriteLine(forPeople);
    }

    /// <summary>Progress and remarks: on standard error, so that standard output stays a result.</summary>
    public void Note(string text) => _error.WriteLine(text);

    /// <summary>A line of progress on standard error; one that is rewritten where a person looks at it.</summary>
    public Models.ProgressLine Progress(string what, string unit) =>
        new(what, unit, _error, !IsJson && !System.Console.IsErrorRedirected && _error == System.Console.Error);

    /// <summary>Why the verb failed.</summary>
    public void Fail(string reason)
    {
        if (IsJson)
            _output.WriteLine(JsonSerializer.Serialize(new { error = reason }, s_line));
        else
            _error.WriteLine($"watchpost: {reason}");
    }
}
