using System.CommandLine;
using System.Globalization;
using Appliance.Native.Mosquitto;

namespace Appliance.Daemon.Cli;

/// <summary>The options with which a verb is told of a broker.</summary>
internal sealed class BrokerArguments(bool required = true)
{
    private readonly Option<string?> _broker = new("--broker") { Description = "Broker; port 1883, or 8883 with --ca.", HelpName = "HOST[:PORT]", Required = required };
    private readonly Option<string?> _ca = new("--ca") { Description = "PEM file of the authority that vouches for the broker: TLS.", HelpName = "FILE" };
    private readonly Option<string?> _cert = new("--cert") { Description = "PEM file of a client certificate.", HelpName = "FILE" };
    private readonly Option<string?> _key = new("--key") { Description = "PEM file of its key.", HelpName = "FILE" };
    private readonly Option<string?> _username = new("--username") { Description = "User name at the broker." };
    private readonly Option<string?> _passwordFile = new("--password-file") { Description = "File whose first line is its password.", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_broker, _ca, _cert, _key, _username, _passwordFile])
            command.Add(option);
    }

    /// <summary>Whether a broker was named.</summary>
    public bool IsGiven(ParseResult arguments) => arguments.GetValue(_broker) is not null;

    /// <summary>The same broker for a process of one's own.</summary>
    public IEnumerable<string> Again(ParseResult arguments, string? otherwise)
    {
        yield return _broker.Name;
        yield return arguments.GetValue(_broker) ?? otherwise!;
        foreach (var option in (Option<string?>[])[_ca, _cert, _key, _username, _passwordFile])
        {
            if (arguments.GetValue(option) is not { } value)
                continue;
            yield return option.Name;
            yield return value;
        }
    }

    /// <param name="arguments">What was typed.</param>
    /// <param name="clientId">MQTT client id.</param>
    /// <param name="otherwise">Broker when none was named.</param>
    /// <exception cref="CliException">It is no HOST[:PORT], or a file cannot be read.</exception>
    public MosquittoOptions Connection(ParseResult arguments, string clientId, string? otherwise = null)
    {
        var ca = arguments.GetValue(_ca);
        var text = arguments.GetValue(_broker) ?? otherwise!;
        var at = text.LastIndexOf(':');
        var port = ca is null ? 1883 : 8883;
        if (at >= 0 && !int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
            throw new CliException($"--broker {text}: must be HOST or HOST:PORT", ExitCode.Usage);

        try
        {
            var file = arguments.GetValue(_passwordFile);
            return new()
            {
                Host = at < 0 ? text : text[..at],
                Port = port,
                ClientId = clientId,
                Username = arguments.GetValue(_username),
                Password = file is null ? null : File.ReadLines(file).FirstOrDefault(),
                Tls = ca is null ? null : new(ca, arguments.GetValue(_cert), arguments.GetValue(_key)),
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"--password-file: {error.Message}");
        }
    }
}
