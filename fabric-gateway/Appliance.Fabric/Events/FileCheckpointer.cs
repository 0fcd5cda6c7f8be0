using System.Globalization;
using System.Text.Json;

namespace Appliance.Fabric;

/// <summary>
/// Remembers in a file of the official clients' form: <c>{"blockNumber":"7","transactionId":"…"}</c>. Each write is whole or not there:
/// a second file, synchronised, then renamed.
/// </summary>
public sealed class FileCheckpointer : ICheckpointer
{
    private const string BlockNumber = "blockNumber";
    private const string TransactionId = "transactionId";

    private readonly string _path;

    private FileCheckpointer(string path, Checkpoint? checkpoint) => (_path, Checkpoint) = (path, checkpoint);

    public Checkpoint? Checkpoint { get; private set; }

    /// <summary>Reads the file; there may be none yet.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no checkpoint. It is not overwritten: whoever reads on from nothing reads all again.</exception>
    public static async Task<FileCheckpointer> OpenAsync(string path, CancellationToken cancel = default)
    {
        var bytes = File.Exists(path) ? await File.ReadAllBytesAsync(path, cancel).ConfigureAwait(false) : [];
        try
        {
            return new(path, bytes.Length == 0 ? null : Read(bytes));
        }
        catch (Exception error) when (error is JsonException or FormatException or OverflowException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path} is no checkpoint", error);
        }
    }

    public ValueTask CheckpointBlockAsync(ulong block, CancellationToken cancel = default) =>
        Keep(Fabric.Checkpoint.AfterBlock(block), cancel);

    public ValueTask CheckpointChaincodeEventAsync(ChaincodeEvent done, CancellationToken cancel = default) =>
        Keep(Fabric.Checkpoint.After(done), cancel);

    private static Checkpoint? Read(byte[] bytes)
    {
        using var json = JsonDocument.Parse(bytes);
        if (!json.RootElement.TryGetProperty(BlockNumber, out var number) || number.ValueKind == JsonValueKind.Null)
            return null;

        // Text from Node, a number from Go.
        var block = number.ValueKind == JsonValueKind.String
            ? ulong.Parse(number.GetString()!, NumberStyles.None, CultureInfo.InvariantCulture)
            : number.GetUInt64();
        var transaction = json.RootElement.TryGetProperty(TransactionId, out var id) ? id.GetString() : null;
        return new(block, string.IsNullOrEmpty(transaction) ? null : transaction);
    }

    private async ValueTask Keep(Checkpoint checkpoint, CancellationToken cancel)
    {
        var part = _path + ".part";
        var file = new FileStream(part, FileMode.Create, FileAccess.Write);
        await using (file.ConfigureAwait(false))
        {
            await file.WriteAsync(Bytes(checkpoint), cancel).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }

        File.Move(part, _path, overwrite: true);
        Checkpoint = checkpoint;
    }

    private static byte[] Bytes(Checkpoint checkpoint)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString(BlockNumber, checkpoint.BlockNumber.ToString(CultureInfo.InvariantCulture));
            if (checkpoint.TransactionId is { } transaction)
                json.WriteString(TransactionId, transaction);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
