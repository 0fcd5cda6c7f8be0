using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Appliance.IntegrationTests.Support;

/// <summary>Loggers that keep what was logged; <see cref="NoErrors"/> fails a test on errors it did not expect.</summary>
public sealed class ErrorTrap : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, EventId Id, string Text)> _entries = new();

    public IReadOnlyList<string> Texts => [.. _entries.Select(entry => entry.Text)];

    public void NoErrors(params int[] expected) => Assert.DoesNotContain(
        _entries, entry => entry.Level >= LogLevel.Error && !expected.Contains(entry.Id.Id));

    public bool Contains(int eventId) => _entries.Any(entry => entry.Id.Id == eventId);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((logLevel, eventId, formatter(state, exception) + (exception is null ? "" : $" [{exception.GetType().Name}: {exception.Message}]")));

    public void Dispose()
    {
    }
}
