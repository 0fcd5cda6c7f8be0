using Appliance.IntegrationTests.Fabric.ContractProcess.Wire;
using Appliance.IntegrationTests.Fabric.GatewayDouble;
using Google.Protobuf;
using FabricWire = Appliance.Fabric.Wire;

namespace Appliance.IntegrationTests.Fabric.ContractProcess;

/// <summary>One run of the contract: what it asks is answered from committed state, what it writes is kept in the call.</summary>
internal sealed class Simulation(ContractCall call)
{
    private readonly TaskCompletionSource<ChaincodeMessage> _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Function and arguments.</summary>
    public FabricWire.ChaincodeInput Input { get; } = new()
    {
        Args = { ByteString.CopyFromUtf8(call.Function), call.Arguments.Select(argument => ByteString.CopyFrom(argument)) },
    };

    /// <summary>The contract's last word.</summary>
    public Task<ChaincodeMessage> Completed => _completed.Task;

    public void Break(Exception error) => _completed.TrySetException(error);

    /// <summary>Takes what the contract says; returns the answer, null = it wants none.</summary>
    public ChaincodeMessage? Take(ChaincodeMessage message)
    {
        if (message.Type == MessageType.Completed)
        {
            _completed.TrySetResult(message);
            return null;
        }

        var answer = new ChaincodeMessage { Type = MessageType.Response, Txid = message.Txid, ChannelId = message.ChannelId };
        try
        {
            answer.Payload = Answer(message);
        }
        catch (InvalidOperationException error)
        {
            (answer.Type, answer.Payload) = (MessageType.Error, ByteString.CopyFromUtf8(error.Message));
        }

        return answer;
    }

    private ByteString Answer(ChaincodeMessage message)
    {
        switch (message.Type)
        {
            case MessageType.GetState:
                var get = GetState.Parser.ParseFrom(message.Payload);
                OnlyPublic(get.Collection);
                return ByteString.CopyFrom(call.Get(get.Key) ?? []);
            case MessageType.PutState:
                var put = PutState.Parser.ParseFrom(message.Payload);
                OnlyPublic(put.Collection);
                if (put.Key.Length == 0 || put.Value.Length == 0)
                    throw new InvalidOperationException("a key and its value cannot be empty");
                call.Put(put.Key, put.Value.Span);
                return ByteString.Empty;
            case MessageType.GetStateByRange:
                var range = GetStateByRange.Parser.ParseFrom(message.Payload);
                OnlyPublic(range.Collection);
                return Range(range).ToByteString();
            case MessageType.QueryStateClose:
                return new QueryResponse { Id = QueryStateClose.Parser.ParseFrom(message.Payload).Id }.ToByteString();
            default:
                throw new InvalidOperationException($"this peer does not answer {message.Type}");
        }
    }

    private QueryResponse Range(GetStateByRange ask)
    {
        var page = ask.Metadata.Length > 0 ? QueryMetadata.Parser.ParseFrom(ask.Metadata) : null;
        var found = call.Range(page is { Bookmark.Length: > 0 } ? page.Bookmark : ask.StartKey, ask.EndKey);
        var taken = page is null ? found : [.. found.Take(page.PageSize)];
        var response = new QueryResponse { Id = "range" };
        response.Results.AddRange(taken.Select(entry => new QueryResult
        {
            Result = new Entry { Key = entry.Key, Value = ByteString.CopyFrom(entry.Value) }.ToByteString(),
        }));
        if (page is not null)
        {
            response.Metadata = new QueryResponseMetadata
            {
                FetchedRecordsCount = taken.Count,
                Bookmark = found.Count > taken.Count ? found[taken.Count].Key : "",
            }.ToByteString();
        }

        return response;
    }

    private static void OnlyPublic(string collection)
    {
        if (collection.Length > 0)
            throw new InvalidOperationException($"this peer keeps no private data: {collection}");
    }
}
